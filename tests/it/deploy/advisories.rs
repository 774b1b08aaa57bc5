//! The check of the advisories, with a copy of them as an operator has it where github.com cannot be reached.

use std::process::{Command, Output};

use tempfile::TempDir;

use super::file;

const DAY: u64 = 24 * 60 * 60;

fn git(folder: &TempDir, arguments: &[&str], at: u64) {
    let at = format!("{at} +0000");
    let done = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example"])
        .args(arguments)
        .current_dir(folder.path())
        .env("GIT_COMMITTER_DATE", &at)
        .env("GIT_AUTHOR_DATE", &at)
        .status();
    assert!(done.unwrap().success(), "{arguments:?}");
}

/// A copy whose newest advisory is this many days old.
fn copy(days: u64) -> TempDir {
    let folder = TempDir::new().unwrap();
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    git(&folder, &["init", "--quiet"], now);
    std::fs::write(folder.path().join("README.md"), "advisories").unwrap();
    git(&folder, &["add", "README.md"], now);
    git(
        &folder,
        &["commit", "--quiet", "--message", "new"],
        now - days * DAY,
    );
    folder
}

fn check(copy: &str) -> (Output, String) {
    let output = Command::new(file("scripts/advisories"))
        .env("ADVISORY_DB", copy)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn advisories_of_more_than_30_days_ago_fail_the_check() {
    let old = copy(31);
    let (output, said) = check(old.path().to_str().unwrap());
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("the newest advisory is 31 days old"),
        "{said}"
    );
}

#[test]
fn a_copy_that_is_named_and_is_none_fails_the_check() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("none");
    for (copy, told) in [
        (missing.to_str().unwrap(), "is not there"),
        (folder.path().to_str().unwrap(), "cannot be had"),
    ] {
        let (output, said) = check(copy);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(told), "{said}");
    }
}
