//! Compares the operators' pages with the code. `UPDATE_DOCS=1` rewrites the generated parts.

mod example;
mod metrics_page;
mod releases;

use std::{env, fs, path::PathBuf};

use sovani_ops::{
    bot::{
        buttons::BUTTONS,
        commands::{COMMANDS, Command},
    },
    domain::Lang,
    views::Voice,
};

fn at_root(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn must_equal(file: &str, wanted: &str) {
    let path = at_root(file);
    if env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{file} differs from the code; UPDATE_DOCS=1 cargo test --test it documents:: writes it"
    );
}

/// The text with the part between the two marks of this name replaced.
fn with_part(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{begin}{part}{end}{after}")
}

/// The pages are English, whatever the language of the chats.
fn about(command: &Command, lang: Lang) -> String {
    command.about(&Voice {
        lang,
        zone: chrono_tz::UTC,
        now: "2025-10-02".parse().unwrap(),
    })
}

fn commands_table() -> String {
    let rows: String = COMMANDS
        .iter()
        .map(|command| {
            let usage = command.usage().replace('|', "\\|");
            format!(
                "| `{usage}` | {} | {} |\n",
                command.role,
                about(command, Lang::En)
            )
        })
        .collect();
    format!("\n| command | least role | what it does |\n| --- | --- | --- |\n{rows}\n")
}

fn buttons_table() -> String {
    let rows: String = BUTTONS
        .iter()
        .map(|button| format!("| `{}` | {} |\n", button.name, button.role))
        .collect();
    format!("\n| button | least role |\n| --- | --- |\n{rows}\n")
}

fn for_botfather() -> String {
    let lines: String = COMMANDS
        .iter()
        .map(|command| format!("{} - {}\n", command.name, about(command, Lang::En)))
        .collect();
    format!("\n```text\n{lines}```\n\n")
}

#[test]
fn the_page_of_commands_lists_those_of_the_code() {
    let page = fs::read_to_string(at_root("bot-commands.md")).unwrap();

    let page = with_part(&page, "commands", &commands_table());
    let page = with_part(&page, "buttons", &buttons_table());
    let page = with_part(&page, "botfather", &for_botfather());

    must_equal("bot-commands.md", &page);
}

#[test]
fn the_page_of_commands_explains_each_of_them() {
    let page = fs::read_to_string(at_root("bot-commands.md")).unwrap();
    for command in COMMANDS {
        let heading = format!("\n### /{}\n", command.name);
        assert!(page.contains(&heading), "/{} has no section", command.name);
    }
    let sections = page
        .lines()
        .filter(|line| line.starts_with("### /"))
        .count();
    assert_eq!(sections, COMMANDS.len());
}

#[test]
fn botfather_takes_the_list_of_commands() {
    for command in COMMANDS {
        assert!(command.name.len() <= 32, "{}", command.name);
        assert!(
            command
                .name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
            "{}",
            command.name
        );
        for about in Lang::ALL.map(|lang| about(command, lang)) {
            assert!((1..=256).contains(&about.chars().count()), "{about}");
            assert!(!about.contains('\n'), "{about}");
        }
    }
}
