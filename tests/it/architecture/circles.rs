//! Circles of modules that need each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::graph::{Crate, Graph};

/// The circles of a crate, each with what ties it.
pub fn circles(code: &Crate) -> Vec<String> {
    let graphs = code.parents().into_iter();
    let graphs = graphs.map(|parent| code.among_children(&parent));
    graphs.flat_map(|graph| circles_in(&graph)).collect()
}

/// Of each knot one circle, the shortest, in words.
fn circles_in(graph: &Graph) -> Vec<String> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut circles = Vec::new();
    for module in graph.keys() {
        if told.contains(module.as_str()) {
            continue;
        }
        if let Some(circle) = shortest(graph, module) {
            circles.push(in_words(graph, &circle));
            told.extend(circle);
        }
    }
    circles
}

/// The shortest way from a file back to itself.
fn shortest<'a>(graph: &'a Graph, start: &'a str) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(file) = next.pop_front() {
        for used in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if used == start {
                let mut circle = vec![file];
                while let Some(before) = came_from.get(circle[circle.len() - 1]) {
                    circle.push(before);
                }
                circle.reverse();
                return Some(circle);
            }
            if !came_from.contains_key(used.as_str()) {
                came_from.insert(used, file);
                next.push_back(used);
            }
        }
    }
    None
}

fn in_words(graph: &Graph, circle: &[&str]) -> String {
    let nexts = circle.iter().cycle().skip(1);
    let ties = circle
        .iter()
        .zip(nexts)
        .flat_map(|(module, next)| &graph[*module][*next]);
    let ties: Vec<_> = ties.map(|tie| format!("\n  {tie}")).collect();
    format!("{} -> {}:{}", circle.join(" -> "), circle[0], ties.concat())
}

fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    circles(&Crate::of(files))
}

#[test]
fn a_circle_is_told_with_what_ties_it() {
    let files = [
        ("lib.rs", "mod db;"),
        (
            "db/mod.rs",
            "mod board; mod play; mod row; pub use self::play::Played;",
        ),
        (
            "db/board.rs",
            "use super::{Played, row};\nfn f() -> Played { row::read(); }",
        ),
        (
            "db/play.rs",
            "use crate::{db::{board::Board}, other};\nfn f(board: Board) {}",
        ),
        (
            "db/row.rs",
            "/// As [`super::board::Board`] has it.\npub fn read() {}",
        ),
    ];
    assert_eq!(
        circles_of(&files),
        [
            "board -> play -> board:\n  db/board.rs takes Played from db/play.rs\n  db/play.rs takes Board from db/board.rs"
        ]
    );
}

#[test]
fn a_circle_through_folders_is_found() {
    let files = [
        ("lib.rs", "mod bot;"),
        ("bot.rs", "mod buttons; mod acts;"),
        (
            "bot/buttons/mod.rs",
            "mod ack; pub struct Press; static BUTTONS: u8 = ack::BUTTON;",
        ),
        (
            "bot/buttons/ack.rs",
            "use crate::bot::acts; const BUTTON: u8 = acts::press();",
        ),
        (
            "bot/acts.rs",
            "use super::buttons::Press; pub fn press(press: Press) {}",
        ),
    ];
    assert_eq!(circles_of(&files).len(), 1);
}

#[test]
fn what_follows_one_from_another_is_no_circle() {
    let files = [
        ("lib.rs", "mod db; mod ops; pub use db::Db;"),
        (
            "db/mod.rs",
            "mod tx; mod row; pub use tx::Tx; pub struct Db; fn f() { row::read(); }",
        ),
        ("db/tx.rs", "use super::Db; pub struct Tx(Db);"),
        (
            "db/row.rs",
            "use sqlx::ops; pub fn read(tx: super::Tx) { ops::Ops }",
        ),
        (
            "ops.rs",
            "use crate::Db; fn f(db: Db, tx: &mut crate::db::Tx) {}",
        ),
    ];
    assert_eq!(circles_of(&files), [""; 0]);
}
