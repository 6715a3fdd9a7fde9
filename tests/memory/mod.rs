//! [`peak`]: how much memory a process took.

use std::fs;

/// The most memory that a process had, in kilobytes, where the system tells; `self` is this one.
pub(crate) fn peak(process: &str) -> u64 {
    let told = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
