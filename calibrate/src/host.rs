//! Where and with what a calibration was made: the host and the build. A figure belongs to both.

use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// The machine that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Processor, as it names itself.
    pub cpu: String,
    /// Instruction set: `x86_64`, `aarch64`.
    pub architecture: String,
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
            physical_cores: System::physical_core_count().ok().map(|cores| cores as u64),
            logical_cores: processors.len() as u64,
            memory_bytes: system.as_ref().map_or(0, System::total_memory),
            kernel: System::kernel_version().unwrap_or_else(|_| unknown()),
            os: System::long_os_version().unwrap_or_else(|_| unknown()),
        }
    }

    /// In what this machine differs from another, in words; nothing if it is the same.
    pub fn difference(&self, other: &Host) -> Option<String> {
        let pairs = [
            ("processor", &self.cpu, &other.cpu),
            ("instruction set", &self.architecture, &other.architecture),
            ("kernel", &self.kernel, &other.kernel),
            ("operating system", &self.os, &other.os),
        ];
        let in_name = pairs.into_iter().find(|(_, one, two)| one != two);
        if let Some((what, one, two)) = in_name {
            return Some(format!("{what} {one}, not {two}"));
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
}

impl Build {
    /// The build of this very program.
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            compiler: env!("CALIBRATE_COMPILER").to_owned(),
            target: env!("CALIBRATE_TARGET").to_owned(),
            profile: env!("CALIBRATE_PROFILE").to_owned(),
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
        let (what, one, two) = pairs.into_iter().find(|(_, one, two)| one != two)?;
        Some(format!("{what} {one}, not {two}"))
    }
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
    }
}
