use std::{process::Stdio, time::Duration};

use tokio::io::AsyncWriteExt;

use super::{Said, Shell};

/// For the tour itself, and as much again for a busy machine.
const TOUR: Duration = Duration::from_secs(30);

fn shows_the_tour(shown: &str) {
    for part in [
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)",
        "Operational health",
        "you> /remediate check_db_growth",
        "you press> proposal:1:yes",
        "Database vacuumed successfully",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[tokio::test]
async fn with_standard_input_closed_it_shows_its_tour_and_ends() {
    let shell = Shell::new();

    let said = Said::within(TOUR, shell.command(&["demo"])).await;

    shows_the_tour(said.succeeds());
    assert_eq!(said.err, "");
    assert_eq!(std::fs::read_dir(shell.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn commands_on_standard_input_are_answered() {
    let shell = Shell::new();
    let mut child = shell
        .command(&["demo"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    keyboard
        .write_all(b"/whoami\n\n99\n/nonsense\n/remediate check_db_growth\nquit\n")
        .await
        .unwrap();

    let output = tokio::time::timeout(TOUR * 2, child.wait_with_output())
        .await
        .unwrap()
        .unwrap();

    let said = Said::from(output);
    let shown = said.succeeds();
    shows_the_tour(shown);
    for part in [
        "You are Anna, id 1001, role admin.",
        "There is no button [99].",
        "There is no such command.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let proposals = shown.matches("✅ Confirm").count();
    assert!(proposals >= 2, "the tour's and the person's: {shown}");
}
