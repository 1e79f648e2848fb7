//! Where and with what a calibration was made: the host and the build. A figure belongs to both.

use std::collections::BTreeMap;
use std::fs;

use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// The machine that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Processor, as it names itself.
    pub cpu: String,
    /// Instruction set: `x86_64`, `aarch64`.
    pub architecture: String,
    /// What the processor can do, as the kernel lists it; empty where it does not.
    pub cpu_flags: Vec<String>,
    /// Who shares the processor out, where this is a virtual machine and the processor tells: `KVMKVMKVM`.
    pub hypervisor: Option<String>,
    /// Physical cores, where the system tells.
    pub physical_cores: Option<u64>,
    /// Hardware threads that the system schedules on; 0 where it does not tell.
    pub logical_cores: u64,
    /// Main memory \[bytes\]; 0 where the system does not tell.
    pub memory_bytes: u64,
    /// Kernel version.
    pub kernel: String,
    /// Operating system and its version.
    pub os: String,
}

impl Host {
    /// The machine that this program runs on. What the system does not tell is called `unknown`.
    pub fn here() -> Self {
        let wanted = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(wanted).ok();
        let processors = system.as_ref().map_or(&[] as &[_], System::cpus);
        let unknown = || "unknown".to_owned();
        Self {
            cpu: processors.first().map_or_else(unknown, |cpu| cpu.brand().trim().to_owned()),
            architecture: System::cpu_arch(),
            cpu_flags: cpu_flags(),
            hypervisor: hypervisor(),
            physical_cores: System::physical_core_count().ok().map(|cores| cores as u64),
            logical_cores: processors.len() as u64,
            memory_bytes: system.as_ref().map_or(0, System::total_memory),
            kernel: System::kernel_version().unwrap_or_else(|_| unknown()),
            os: System::long_os_version().unwrap_or_else(|_| unknown()),
        }
    }

    /// In what this machine differs from another, in words; nothing if it is the same.
    pub fn difference(&self, other: &Host) -> Option<String> {
        let none = "none".to_owned();
        let pairs = [
            ("processor", &self.cpu, &other.cpu),
            ("instruction set", &self.architecture, &other.architecture),
            ("kernel", &self.kernel, &other.kernel),
            ("operating system", &self.os, &other.os),
            ("hypervisor", self.hypervisor.as_ref().unwrap_or(&none), other.hypervisor.as_ref().unwrap_or(&none)),
        ];
        let in_name = pairs.into_iter().find(|(_, one, two)| one != two);
        if let Some((what, one, two)) = in_name {
            return Some(format!("{what} {one}, not {two}"));
        }
        let lacks = |one: &Host, two: &Host| two.cpu_flags.iter().find(|flag| !one.cpu_flags.contains(flag)).cloned();
        if let Some(flag) = lacks(self, other).or_else(|| lacks(other, self)) {
            return Some(format!("processor flag {flag} on one of them only"));
        }
        if (self.physical_cores, self.logical_cores) != (other.physical_cores, other.logical_cores) {
            return Some(format!("{} hardware threads, not {}", self.logical_cores, other.logical_cores));
        }
        if self.memory_bytes != other.memory_bytes {
            return Some(format!("{} bytes of memory, not {}", self.memory_bytes, other.memory_bytes));
        }
        None
    }
}

/// The flags of the first processor.
fn cpu_flags() -> Vec<String> {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("flags").or_else(|| line.strip_prefix("Features")));
    let flags = line.and_then(|line| line.split_once(':')).map_or("", |(_, flags)| flags);
    flags.split_whitespace().map(str::to_owned).collect()
}

/// The name under which a hypervisor shows itself to its guests.
fn hypervisor() -> Option<String> {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::__cpuid;
        // Bit 31 of leaf 1 tells a guest that it is one; leaf 4000_0000h then holds twelve letters.
        let guest = __cpuid(1).ecx >> 31 == 1;
        let leaf = __cpuid(0x4000_0000);
        let letters: Vec<u8> = [leaf.ebx, leaf.ecx, leaf.edx].into_iter().flat_map(u32::to_le_bytes).collect();
        let name = String::from_utf8_lossy(&letters).trim_matches(['\0', ' ']).to_owned();
        (guest && !name.is_empty()).then_some(name)
    }
    #[cfg(not(target_arch = "x86_64"))]
    fs::read_to_string("/sys/hypervisor/type").ok().map(|name| name.trim().to_owned())
}

/// The program that measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// Version of this program.
    pub version: String,
    /// Compiler, as it names itself.
    pub compiler: String,
    /// Target triple.
    pub target: String,
    /// Profile, optimisation level and flags: `release, opt-level 3, no extra flags`.
    pub profile: String,
    /// Exact versions of all crates that the measured code is made of, by name; of several versions the newest last, after a comma.
    pub crates: BTreeMap<String, String>,
}

impl Build {
    /// The build of this very program.
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            compiler: env!("CALIBRATE_COMPILER").to_owned(),
            target: env!("CALIBRATE_TARGET").to_owned(),
            profile: env!("CALIBRATE_PROFILE").to_owned(),
            crates: crates(env!("CALIBRATE_CRATES")),
        }
    }

    /// In what this build differs from another, in words; nothing if it is the same.
    pub fn difference(&self, other: &Build) -> Option<String> {
        let pairs = [
            ("version", &self.version, &other.version),
            ("compiler", &self.compiler, &other.compiler),
            ("target", &self.target, &other.target),
            ("profile", &self.profile, &other.profile),
        ];
        if let Some((what, one, two)) = pairs.into_iter().find(|(_, one, two)| one != two) {
            return Some(format!("{what} {one}, not {two}"));
        }
        let versions = |build: &Build, name: &str| build.crates.get(name).map_or("none", String::as_str).to_owned();
        let names = self.crates.keys().chain(other.crates.keys());
        let mut differing = names.filter(|name| self.crates.get(*name) != other.crates.get(*name));
        differing.next().map(|name| format!("crate {name} {}, not {}", versions(self, name), versions(other, name)))
    }
}

/// Parses `name version` separated by semicolons.
fn crates(list: &str) -> BTreeMap<String, String> {
    let mut crates = BTreeMap::<String, String>::new();
    for (name, version) in list.split(';').filter_map(|entry| entry.split_once(' ')) {
        let versions = crates.entry(name.to_owned()).or_default();
        let comma = if versions.is_empty() { "" } else { ", " };
        versions.push_str(comma);
        versions.push_str(version);
    }
    crates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_host_and_build_do_not_differ() {
        assert_eq!(Host::here().difference(&Host::here()), None);
        assert_eq!(Build::this().difference(&Build::this()), None);
        assert!(Host::here().logical_cores > 0 && Host::here().memory_bytes > 0);
        assert!(Build::this().compiler.starts_with("rustc "));
    }

    #[test]
    fn a_difference_names_what_differs() {
        let other = Host { cpu: "Another CPU".into(), ..Host::here() };
        assert!(other.difference(&Host::here()).is_some_and(|words| words.starts_with("processor Another CPU")));
        let other = Host { memory_bytes: 1, ..Host::here() };
        assert!(other.difference(&Host::here()).is_some_and(|words| words.starts_with("1 bytes of memory")));
        let other = Build { version: "0.0.0".into(), ..Build::this() };
        assert!(other.difference(&Build::this()).is_some_and(|words| words.starts_with("version 0.0.0")));
        let mut other = Build::this();
        other.crates.insert("winterfell".into(), "0.0.1".into());
        let words = other.difference(&Build::this()).expect("another version of a crate");
        assert!(words.starts_with("crate winterfell 0.0.1, not 0.13"), "{words}");
    }

    #[test]
    fn the_crates_of_the_measured_code_are_listed_and_no_others() {
        let crates = Build::this().crates;
        assert!(crates.contains_key("ed25519-dalek") && crates.contains_key("curve25519-dalek"), "{crates:?}");
        assert!(!crates.contains_key("polars") && !crates.contains_key("operations"), "{crates:?}");
        assert_eq!(super::crates("a 1.0;b 2.0;a 1.1")["a"], "1.0, 1.1");
    }
}
