use sovani_ops::{
    domain::Role,
    settings::{Grant, Tokens},
};
use tempfile::TempDir;

use super::Shell;

#[tokio::test]
async fn a_token_is_printed_once_with_its_line_for_the_file() {
    let shell = Shell::new();
    let said = shell.runs(&["token", "deploy", "--role", "admin"]).await;
    let lines: Vec<_> = said.succeeds().lines().collect();
    let [_, token, "", _, line] = lines[..] else {
        panic!("{lines:?}");
    };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tokens");
    std::fs::write(&file, line).unwrap();
    let tokens = Tokens::load(file.to_str().unwrap()).unwrap();
    let known = tokens.find(token).unwrap();
    assert_eq!(
        (known.name.as_str(), known.grant.clone()),
        ("deploy", Grant::Role(Role::Admin))
    );
    let again = shell.runs(&["token", "deploy"]).await;
    assert!(!again.succeeds().contains(token) && again.out.contains("deploy viewer sha256:"));
    assert_eq!(std::fs::read_dir(shell.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_name_that_is_none_and_an_unknown_role_are_refused() {
    for arguments in [
        &["token", "a b"][..],
        &["token", "ADMIN_TOKEN"],
        &["token", "x", "--role", "root"],
        &["token"],
    ] {
        let said = Shell::new().runs(arguments).await;
        assert!(said.fails_with(2).len() > 20);
        assert_eq!(said.out, "");
    }
}
