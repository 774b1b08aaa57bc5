//! The contents of the Debian package.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use pulldown_cmark::{Event, Parser, Tag};

use super::{file, text};

const DOCUMENTS: &str = "usr/share/doc/sovani-ops";

/// Each file of the repository's that is packaged, by its place.
fn packaged() -> BTreeMap<PathBuf, PathBuf> {
    let manifest: toml::Table = toml::from_str(&text("Cargo.toml")).unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].clone();
    let mut packaged = BTreeMap::new();
    for asset in assets.as_array().unwrap() {
        let [source, place] = [0, 1].map(|at| asset[at].as_str().unwrap());
        for source in matching(source) {
            let place = if place.ends_with('/') {
                Path::new(place).join(source.file_name().unwrap())
            } else {
                place.into()
            };
            packaged.insert(place, source);
        }
    }
    packaged
}

fn matching(pattern: &str) -> Vec<PathBuf> {
    let Some((folder, ending)) = pattern.split_once('*') else {
        return vec![pattern.into()];
    };
    let names = fs::read_dir(file(folder)).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.into_string().unwrap()
    });
    names
        .filter(|name| name.ends_with(ending))
        .map(|name| Path::new(folder).join(name))
        .collect()
}

/// Where a document's links into the repository lead, and its pictures.
fn links(document: &str) -> Vec<String> {
    let leads_to = Parser::new(document).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let (path, _) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            (!path.is_empty() && !path.contains("://")).then(|| path.to_owned())
        }
        _ => None,
    });
    leads_to.collect()
}

fn resolved(folder: &Path, link: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        if part == Component::ParentDir {
            path.pop();
        } else {
            path.push(part);
        }
    }
    path
}

#[test]
fn every_link_of_a_packaged_document_leads_to_a_packaged_file() {
    let packaged = packaged();
    let documents = packaged.iter().filter(|(place, _)| {
        place.starts_with(DOCUMENTS) && place.extension().is_some_and(|kind| kind == "md")
    });
    for (place, source) in documents {
        for link in links(&text(source.to_str().unwrap())) {
            let target = resolved(place.parent().unwrap(), &link);
            assert!(
                packaged.keys().any(|other| other.starts_with(&target)),
                "{}: {link}",
                place.display()
            );
        }
    }
}

#[test]
fn the_documents_that_the_program_and_the_unit_refer_to_are_packaged() {
    let packaged = packaged();
    let unit = text("deploy/sovani-ops.service");
    let documentation = unit
        .lines()
        .find_map(|line| line.strip_prefix("Documentation=file:///"))
        .unwrap();
    let operations = format!("{DOCUMENTS}/docs/operations.md");
    for place in [documentation, &operations] {
        assert!(packaged.contains_key(Path::new(place)), "{place}");
    }
}
