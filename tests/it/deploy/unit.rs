//! The unit, by systemd's own judgement.

use std::{fs, process::Command};

use tempfile::TempDir;

use super::text;

/// Tenths of systemd's points of exposure, of which an unprotected service has 96.
const EXPOSURE_MAX: &str = "15";

fn analyze(arguments: &[&str]) -> String {
    let output = Command::new("systemd-analyze").args(arguments).output();
    let output = output.expect("systemd-analyze is there; scripts/test sees to it");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said.into_owned()
}

/// The unit, with the program at the place where it is in this build.
fn unit() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sovani-ops.service");
    let unit = text("deploy/sovani-ops.service");
    assert!(
        unit.contains("\nExecStart=/usr/bin/sovani-ops run\n"),
        "{unit}"
    );
    let unit = unit.replace("/usr/bin/sovani-ops", env!("CARGO_BIN_EXE_sovani-ops"));
    fs::write(&path, unit).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn systemd_finds_no_fault_with_it() {
    let (_folder, unit) = unit();
    assert_eq!(
        analyze(&["verify", "--man=no", "--recursive-errors=no", &unit]),
        ""
    );
}

#[test]
fn it_exposes_little() {
    let (_folder, unit) = unit();
    let threshold = format!("--threshold={EXPOSURE_MAX}");
    analyze(&[
        "security",
        "--no-pager",
        "--offline=true",
        &threshold,
        &unit,
    ]);
}

#[test]
fn it_leaves_memory_to_others_and_no_core_file() {
    let unit = text("deploy/sovani-ops.service");
    for line in ["MemoryMax=1G", "LimitCORE=0"] {
        assert!(unit.lines().any(|is| is == line), "{line}");
    }
}
