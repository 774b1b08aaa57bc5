//! Each version has its notes.

use std::fs;

use super::at_root;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The text below a heading, up to the next one of the same level; `None` without such a heading.
fn section(page: &str, heading: &str) -> Option<String> {
    let begin = format!("\n## {heading}\n");
    let (_, rest) = page.split_once(&begin)?;
    let end = rest.find("\n## ").unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

fn read(name: &str) -> String {
    fs::read_to_string(at_root(name)).unwrap()
}

/// The headings of the second level.
fn headings(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect()
}

#[test]
fn the_version_has_its_notes_for_those_who_upgrade() {
    let notes = section(&read("UPGRADING.md"), VERSION);
    assert!(
        notes.is_some_and(|notes| notes.len() > 100),
        "UPGRADING.md has no section {VERSION}"
    );
}

#[test]
fn the_changelog_has_the_version_or_unreleased_changes() {
    let page = read("CHANGELOG.md");
    let newest = headings(&page)[0];
    assert!(
        newest == "Unreleased" || newest == VERSION || newest.starts_with(&format!("{VERSION} ")),
        "CHANGELOG.md begins with {newest}, and Cargo.toml says {VERSION}"
    );
}

#[test]
fn each_migration_is_named_once_by_the_version_that_brought_it() {
    let page = read("UPGRADING.md");
    for database in ["sqlite", "postgres"] {
        let mut files: Vec<_> = fs::read_dir(at_root("migrations").join(database))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert!(!files.is_empty());
        for file in files {
            let name = format!("`{}`", file.trim_end_matches(".sql"));
            let by: Vec<_> = headings(&page)
                .into_iter()
                .filter(|heading| section(&page, heading).unwrap().contains(&name))
                .collect();
            assert_eq!(by.len(), 1, "{file} is named by {by:?}");
        }
    }
}
