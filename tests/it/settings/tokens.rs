//! The file of named tokens.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use proptest::prelude::*;
use sovani_ops::{
    domain::{Role, TokenName},
    settings::{FreshToken, Grant, Settings, SettingsError, Tokens},
};
use tempfile::TempDir;

use super::{blamed, load};

/// Of `secret`, by `printf secret | sha256sum`.
const HASH: &str = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

struct TokenFile {
    _folder: TempDir,
    path: PathBuf,
}

fn file(text: &str, mode: u32) -> TokenFile {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tokens");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    TokenFile {
        _folder: folder,
        path,
    }
}

fn read(text: &str) -> Result<Settings, SettingsError> {
    let file = file(text, 0o600);
    load([("API_TOKENS", file.path.to_str().unwrap())])
}

#[test]
fn a_token_is_found_by_what_it_is_and_not_by_its_hash() {
    let text = format!(
        "# Who may what\n\n  deploy  admin {HASH} # of the pipeline\ngrafana viewer {OTHER}\n"
    );
    let tokens = read(&text).unwrap().api_tokens;
    let found = tokens.find("secret").unwrap();
    assert_eq!(
        (found.name.as_str(), found.grant.clone()),
        ("deploy", Grant::Role(Role::Admin))
    );
    for wrong in [
        "",
        "secre",
        "secrets",
        "Secret",
        HASH,
        &HASH[7..],
        &OTHER[7..],
    ] {
        assert!(tokens.find(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn every_fault_of_the_file_is_told_by_line_and_none_of_its_content() {
    let long = "n".repeat(33);
    let lines = [
        ("only-a-name", "a name, a role"),
        (&format!("deploy root {HASH}"), "viewer, admin or job:NAME"),
        (&format!("backup job: {HASH}"), "names of jobs"),
        (&format!("backup job:a/b {HASH}"), "names of jobs"),
        (
            &format!("deploy stranger {HASH}"),
            "viewer, admin or job:NAME",
        ),
        (&format!("de/ploy admin {HASH}"), "letters, digits"),
        (&format!("{long} admin {HASH}"), "letters, digits"),
        (&format!("ADMIN_TOKEN admin {HASH}"), "other than"),
        ("deploy admin SECRET", "64 hexadecimal digits"),
        ("deploy admin sha256:SECRET", "64 hexadecimal digits"),
        (
            &format!("deploy admin {}", &HASH[..70]),
            "64 hexadecimal digits",
        ),
        (&format!("deploy admin {HASH} more"), "a name, a role"),
    ];
    for (line, told) in &lines {
        let error = read(&format!("\n{line}")).unwrap_err();
        assert_eq!(blamed(&error), ["API_TOKENS"]);
        let problem = &error.0[0].problem;
        assert!(
            problem.starts_with("line 2: ") && problem.contains(told),
            "{line}: {problem}"
        );
        assert!(
            !problem.contains("SECRET") && !problem.contains(&HASH[7..20]),
            "{problem}"
        );
    }
    let all: Vec<_> = lines.iter().map(|(line, _)| *line).collect();
    let problem = read(&all.join("\n")).unwrap_err().0.remove(0).problem;
    for number in 1..=lines.len() {
        assert!(problem.contains(&format!("line {number}: ")), "{problem}");
    }
}

#[test]
fn neither_a_name_nor_a_token_is_given_twice() {
    for (second, told) in [
        (
            format!("deploy viewer {OTHER}"),
            "line 2: the name is given twice",
        ),
        (
            format!("backup viewer {HASH}"),
            "line 2: the token is given twice",
        ),
    ] {
        let error = read(&format!("deploy admin {HASH}\n{second}")).unwrap_err();
        assert_eq!(error.0[0].problem, told);
    }
}

#[test]
fn a_file_that_is_no_list_of_tokens_is_refused() {
    let huge = "# nothing\n".repeat(10_000);
    assert!(
        read(&huge).unwrap_err().0[0]
            .problem
            .contains("larger than 64 KiB")
    );
}

#[test]
fn a_file_is_read_from_any_editor_or_system() {
    for text in [
        format!("\u{feff}deploy admin {HASH}\n"),
        format!("\u{feff}# ours\r\ndeploy admin {HASH}\r\n\r\n"),
        format!("  deploy\tadmin  {HASH} # of the pipeline"),
    ] {
        let settings = read(&text).unwrap();
        assert!(!settings.api_tokens.is_empty(), "{text:?}");
    }
    let file = file("", 0o600);
    for (bytes, told) in [
        (&b"# \xea\xeb\xfe\xf7\n"[..], "line 1 is not in UTF-8"),
        (&b"\xff\xfed\0"[..], "UTF-16"),
    ] {
        fs::write(&file.path, bytes).unwrap();
        let error = load([("API_TOKENS", file.path.to_str().unwrap())]).unwrap_err();
        assert!(error.0[0].problem.contains(told), "{error}");
    }
    for odd in ["/dev/zero", "/dev", "/dev/tty"] {
        let error = load([("API_TOKENS", odd)]).unwrap_err();
        assert!(error.0[0].problem.contains("cannot be read"), "{error}");
    }
}

#[test]
fn no_hash_is_in_the_debug_form() {
    let settings = read(&format!("deploy admin {HASH}")).unwrap();
    let shown = format!("{settings:?}");
    assert!(
        shown.contains("deploy (admin)") && !shown.contains(&HASH[7..20]),
        "{shown}"
    );
}

#[test]
fn fresh_tokens_differ_and_each_is_known_by_its_line() {
    let name: TokenName = "deploy".parse().unwrap();
    let (one, two) = (
        FreshToken::make(name, Role::Viewer).unwrap(),
        FreshToken::make(name, Role::Viewer).unwrap(),
    );
    assert_ne!(one.token, two.token);
    assert!(!one.line.contains(&one.token[7..]), "{}", one.line);
    let tokens = read(&one.line).unwrap().api_tokens;
    assert_eq!(
        tokens.find(&one.token).unwrap().grant,
        Grant::Role(Role::Viewer)
    );
    assert!(tokens.find(&two.token).is_none());
}

proptest! {
    #[test]
    fn a_name_reads_back_as_it_was_written(name in "[A-Za-z0-9._-]{1,32}") {
        prop_assert_eq!(name.parse::<TokenName>().unwrap().to_string(), name);
    }

    #[test]
    fn no_file_crashes_the_reader(text in "\\PC{0,40}|[a-z0-9: \n#]{0,200}") {
        let file = file(&text, 0o600);
        let _ = Tokens::load(file.path.to_str().unwrap());
    }
}
