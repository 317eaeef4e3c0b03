//! What the machine is that something is measured on.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use gleaner_bench::Machine;

/// This machine, as far as it says.
pub(crate) fn machine() -> Machine {
    Machine {
        cpu: cpu().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        cores: available_parallelism().map_or(1, usize::from),
        os: os().unwrap_or_else(|| std::env::consts::OS.to_owned()),
    }
}

/// The model of the processor: from Linux, macOS or Windows.
fn cpu() -> Option<String> {
    if let Ok(text) = fs::read_to_string("/proc/cpuinfo") {
        return value(&text, "model name", ':');
    }
    if cfg!(target_os = "macos") {
        return printed("sysctl", &["-n", "machdep.cpu.brand_string"]);
    }
    std::env::var("PROCESSOR_IDENTIFIER").ok()
}

/// The operating system and its version.
fn os() -> Option<String> {
    if let Ok(text) = fs::read_to_string("/etc/os-release") {
        let name = value(&text, "PRETTY_NAME", '=')?;
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        return Some(format!("{name}, Linux {}", kernel.trim()).trim().to_owned());
    }
    cfg!(unix).then(|| printed("uname", &["-sr"])).flatten()
}

/// The value of the first line that begins with `name` and has `sign` before the value.
fn value(text: &str, name: &str, sign: char) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    let (_, value) = line.split_once(sign)?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// The first line a program prints.
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_from_lines() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\nmodel name\t: other\n";
        assert_eq!(
            value(text, "model name", ':').as_deref(),
            Some("Some CPU @ 3 GHz")
        );
        assert_eq!(
            value("PRETTY_NAME=\"An OS 12\"\n", "PRETTY_NAME", '=').as_deref(),
            Some("An OS 12")
        );
        assert_eq!(value("", "model name", ':'), None);
    }

    #[test]
    fn a_machine_has_a_processor() {
        let machine = machine();
        assert!(machine.cores > 0 && !machine.cpu.is_empty() && !machine.os.is_empty());
    }
}
