//! The code and the catalogues know of the same texts.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sovani_ops::{
    actions::ACTIONS,
    bot::commands::COMMANDS,
    domain::{Act, DeliveryProblem, Door, Severity},
};

const ENGLISH: &str = include_str!("../../../locales/en.ftl");

/// The faults of the demonstration.
const PLANTINGS: [&str; 6] = ["cash", "ingest", "commissions", "jobs", "api", "telegram"];

/// Texts that are looked up by a name: what the key begins with, and the names that there are.
fn by_name() -> Vec<(&'static str, Vec<String>)> {
    let owned = |name: &str| name.to_owned();
    vec![
        (
            "command-",
            COMMANDS.iter().map(|command| owned(command.name)).collect(),
        ),
        (
            "action-",
            ACTIONS.iter().map(|action| owned(action.name)).collect(),
        ),
        (
            "act-",
            Act::ALL
                .iter()
                .map(|act| act.as_str().replace('_', "-"))
                .collect(),
        ),
        ("door-", Door::ALL.iter().map(ToString::to_string).collect()),
        ("demo-fault-", PLANTINGS.map(owned).to_vec()),
        ("demo-about-", PLANTINGS.map(owned).to_vec()),
        (
            "delivery-",
            DeliveryProblem::ALL
                .iter()
                .map(|problem| problem.as_str().replace('_', "-"))
                .collect(),
        ),
        (
            "severity-",
            Severity::ALL.iter().map(ToString::to_string).collect(),
        ),
        (
            "proposal-",
            [
                "pending",
                "under_way",
                "confirmed",
                "cancelled",
                "expired",
                "withdrawn",
                "changed",
                "overtaken",
                "interrupted",
            ]
            .map(owned)
            .to_vec(),
        ),
        (
            "remediation-status-",
            ["running", "success", "failed"].map(owned).to_vec(),
        ),
        (
            "label-",
            super::findings::verdicts()
                .iter()
                .map(|(_, verdict)| verdict)
                .chain(&super::findings::beyond())
                .flat_map(|verdict| verdict.extras.keys().cloned())
                // Extras that the finding's text contains.
                .filter(|key| !["burn", "unreadable"].contains(&key.as_str()))
                .collect(),
        ),
    ]
}

fn keys() -> BTreeSet<String> {
    ENGLISH
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn code() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["src", "crates/domain/src"]
        .iter()
        .flat_map(|folder| sources(&root.join(folder)))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn every_text_is_said_somewhere() {
    let code = code();
    let by_name: BTreeSet<String> = by_name()
        .iter()
        .flat_map(|(prefix, names)| names.iter().map(move |name| format!("{prefix}{name}")))
        .collect();
    let in_code = |name: &str| code.contains(&format!("\"{name}\""));
    let unsaid: Vec<String> = keys()
        .into_iter()
        .filter(|key| !by_name.contains(key) && !in_code(key))
        .filter(|key| !key.strip_prefix("label-").is_some_and(in_code))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

#[test]
fn everything_said_has_its_text() {
    let (code, keys) = (code(), keys());
    let mut said: BTreeSet<String> = by_name()
        .iter()
        .flat_map(|(prefix, names)| names.iter().map(move |name| format!("{prefix}{name}")))
        .collect();
    for call in code.split("say!(").skip(1) {
        let (_, rest) = call.split_once(',').unwrap_or(("", call));
        if let Some((key, _)) = rest
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
        {
            said.insert(key.to_owned());
        }
    }
    for figure in code.split(".figure(").skip(1) {
        // A column that is read as a figure has no second argument.
        let name = figure.trim_start().strip_prefix('"');
        let name = name.and_then(|rest| rest.split_once('"'));
        let name = name.filter(|(_, rest)| rest.starts_with(','));
        said.extend(name.map(|(name, _)| format!("label-{name}")));
    }
    // Keys that are chosen first and said later.
    let chosen = ["finding-", "lost-", "duration-", "outcome-"];
    for word in code.split('"') {
        let is_key = word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if is_key && chosen.iter().any(|prefix| word.starts_with(prefix)) {
            said.insert(word.to_owned());
        }
    }
    let missing: Vec<&String> = said.iter().filter(|key| !keys.contains(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(said.len() > 100, "{said:?}");
}

#[test]
fn a_chat_can_be_lost_for_no_reason_without_a_translation() {
    let failure = include_str!("../../../src/telegram/failure.rs");
    for reason in failure.split("Lost(\"").skip(1) {
        let reason = reason.split('"').next().unwrap();
        assert!(
            ENGLISH
                .lines()
                .any(|line| line.starts_with("lost-") && line.ends_with(&format!(" = {reason}"))),
            "{reason}"
        );
    }
}
