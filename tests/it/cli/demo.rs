use std::{process::Stdio, time::Duration};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::{Said, Shell};

/// For the tour itself, and as much again for a busy machine.
const TOUR: Duration = Duration::from_secs(30);

fn shows_the_tour(shown: &str) {
    assert!(shown.starts_with("Open http://127.0.0.1:"), "{shown}");
    for part in [
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)",
        "Operational health",
        "you> /health",
        "Last sweep: just now",
        "you press> proposal:1:yes",
        "Manager chat 2002 notified",
        "(in private) bot> ℹ️ For your information",
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
    let details = said.out.matches("Balance      -15,000.00 RUB").count();
    assert_eq!(details, 2, "once a chat, not with each edit: {}", said.out);
}

#[tokio::test]
async fn it_speaks_the_language_that_is_asked_for_or_set() {
    let shell = Shell::new();
    let asked = Said::within(TOUR, shell.command(&["demo", "--lang", "ru"]));
    let set = Shell::new().with("BOT_LANG", "ru");
    let (asked, set) = tokio::join!(asked, Said::within(TOUR, set.command(&["demo"])));
    for said in [asked, set] {
        let shown = said.succeeds();
        for part in [
            "Откройте http://127.0.0.1:",
            "Остаток −15 000,00 ₽ ниже порога −10 000,00 ₽ (OZON)",
            "Состояние системы",
            "вы нажимаете> proposal:1:yes",
        ] {
            // Figures have spaces that do not break.
            let plain = shown.replace('\u{a0}', " ");
            assert!(plain.contains(part), "{part}: {shown}");
        }
    }
    let said = shell.runs(&["demo", "--lang", "de"]).await;
    let err = said.fails_with(2);
    assert!(err.contains("expected one of: en, ru"), "{err}");
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
        .write_all(b"/whoami\n\n99\n/remediate check_db_growth\nquit\n")
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
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let proposals = shown.matches("✅ Confirm").count();
    assert!(proposals >= 2, "the tour's and the person's: {shown}");
}

/// The demo, in which Telegram goes down before the tour is over and these lines are typed once it has ended. Its exit
/// code, and what it showed.
async fn without_telegram(lines: &str) -> (Option<i32>, String) {
    let shell = Shell::new();
    let mut child = shell
        .command(&["demo", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    let mut screen = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = screen.next_line().await.unwrap().unwrap();
    let page = first.split_whitespace().nth(1).unwrap();
    let page = page.trim_end_matches('/');
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let turned = client
        .post(format!("{page}/1001/-1002001/switch/telegram"))
        .header("origin", page)
        .form(&[("on", "true")])
        .send();
    assert!(turned.await.unwrap().status().is_success());

    let mut shown = first;
    while let Some(line) = screen.next_line().await.unwrap() {
        shown = shown + "\n" + &line;
        if line.starts_with("The tour ends early") {
            keyboard.write_all(lines.as_bytes()).await.unwrap();
            break;
        }
    }
    drop(keyboard);
    while let Some(line) = screen.next_line().await.unwrap() {
        shown = shown + "\n" + &line;
    }
    (child.wait().await.unwrap().code(), shown)
}

#[tokio::test]
async fn a_tour_that_cannot_continue_is_reported_and_the_demo_continues() {
    let both = async {
        tokio::join!(
            without_telegram("heal telegram\nquit\n"),
            without_telegram("/whoami\n")
        )
    };
    let (left, ended) = tokio::time::timeout(TOUR * 4, both).await.unwrap();

    let (code, shown) = left;
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("Now you:") && shown.contains("Done. The next check will see it."),
        "{shown}"
    );
    let (code, shown) = ended;
    assert_eq!(
        code,
        Some(2),
        "input has ended, and it is an error: {shown}"
    );
}

#[tokio::test]
async fn the_page_is_served_on_loopback_only() {
    let shell = Shell::new();
    for (address, reason) in [
        ("0.0.0.0:0", "served on loopback only"),
        ("192.0.2.1:8088", "served on loopback only"),
        ("8088", "invalid socket address"),
    ] {
        let said = shell.runs(&["demo", "--listen", address]).await;
        let err = said.fails_with(2);
        assert!(err.contains(reason), "{address}: {err}");
    }
}

#[tokio::test]
async fn it_stays_for_the_page_until_it_is_told_to_stop() {
    let shell = Shell::new();
    let mut child = shell
        .command(&["demo", "--stay", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    let address = first.split_whitespace().nth(1).unwrap();
    // The tour is over, and standard input has been closed all along.
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("Manager chat 2002 notified") {
            break;
        }
    }

    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = client.get(address).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("SoVAni alerts"));

    let pid = child.id().unwrap().cast_signed();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let ended = tokio::time::timeout(TOUR, child.wait()).await.unwrap();
    assert_eq!(ended.unwrap().code(), Some(0));
}
