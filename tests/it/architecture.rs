//! The code keeps to the one direction of dependence: between rooms, and between the files of each.

mod circles;
mod graph;
mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::{circles::circles, graph::Crate};

/// From the bottom up; a module may use those before its own line, and none on it but itself.
const LAYERS: [&[&str]; 16] = [
    &["domain", "small_file", "trust"],
    &["db"],
    &["incidents"],
    &[
        "clock",
        "disk",
        "facts",
        "held_lease",
        "metrics",
        "service_manager",
        "settings",
        "watchdog",
    ],
    &["backup", "standin", "views", "web"],
    &["charts", "detectors"],
    &["live", "telegram"],
    &["context"],
    &["trends"],
    &["actions"],
    &["outbox"],
    &["ops"],
    &["bot", "http", "jobs"],
    &["program"],
    &["doctor", "setup"],
    &["demo"],
];

fn layer(module: &str) -> usize {
    let found = LAYERS.iter().position(|modules| modules.contains(&module));
    found.unwrap_or_else(|| panic!("{module} has no layer"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The modules that a source names as `crate::module`, one by one or between braces.
fn used(source: &str) -> Vec<String> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let first_word = |text: &str| {
        let end = text.find(|c: char| c != '_' && !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let mut modules = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            modules.push(first_word(rest));
            continue;
        };
        let mut depth = 0;
        let mut expecting = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => expecting = true,
                c if expecting && c.is_alphabetic() => {
                    modules.push(first_word(&group[at..]));
                    expecting = false;
                }
                _ => {}
            }
        }
    }
    modules
}

#[test]
fn every_module_uses_only_those_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap();
        let module = module.trim_end_matches(".rs");
        if ["lib", "main", "cli"].contains(&module) {
            continue;
        }
        for used in used(&fs::read_to_string(&path).unwrap()) {
            assert!(
                used == module || layer(&used) < layer(module),
                "{} uses {used}",
                relative.display()
            );
        }
    }
}

#[test]
fn names_between_braces_are_found() {
    let source = "use crate::{\n    db::{self, Db},\n    domain::Check,\n    views,\n};\nlet x = crate::ops::slo::y();";
    assert_eq!(used(source), ["db", "domain", "views", "ops"]);
}

/// The files of a crate by their names below its `src`.
fn files(root: &Path) -> Vec<(String, String)> {
    let name = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
    sources(root)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| (name(&path), fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn no_files_need_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let members = fs::read_dir(root.join("crates")).unwrap();
    let members = members.map(|member| member.unwrap().path());
    let mut told = Vec::new();
    for member in members.chain([root.to_owned()]) {
        let files = files(&member.join("src"));
        assert!(!files.is_empty(), "{} has no sources", member.display());
        let circles = circles(&Crate::of(files)).into_iter();
        told.extend(circles.map(|circle| format!("in {}: {circle}", member.display())));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
