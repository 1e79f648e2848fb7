//! Tells the program which compiler, target and profile built it, so that a calibration can say so.

use std::env;
use std::process::Command;

fn main() {
    let compiler = env::var("RUSTC").ok().and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let compiler = compiler.and_then(|output| String::from_utf8(output.stdout).ok());
    let compiler = compiler.map_or_else(|| "unknown".to_owned(), |version| version.trim().to_owned());
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| "unknown".to_owned());
    println!("cargo::rustc-env=CALIBRATE_COMPILER={compiler}");
    println!("cargo::rustc-env=CALIBRATE_TARGET={}", variable("TARGET"));
    // Flags such as `-C target-cpu=native` change the code that is measured; cargo separates them by a control character.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().replace('\u{1f}', " ");
    let flags = if flags.is_empty() { "no extra flags" } else { &flags };
    println!(
        "cargo::rustc-env=CALIBRATE_PROFILE={}, opt-level {}, {flags}",
        variable("PROFILE"),
        variable("OPT_LEVEL")
    );
    println!("cargo::rerun-if-changed=build.rs");
}
