//! Which file of a crate takes names from which other.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Names, Source};

/// The files of a crate by the paths of their modules, and what they say.
pub struct Crate(BTreeMap<Names, File>);

struct File {
    name: String,
    source: Source,
}

/// So many imports are followed one after the other: a chain of them may come back to itself.
const IMPORTS_MOST: usize = 16;

/// By each taker of names, those that it takes them from; with the names, in words.
pub type Graph = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The end of a path.
enum Found {
    Module(Names),
    /// An item, and the module that defines it.
    Item(Names, String),
}

impl Crate {
    /// Of files by their names below `src`.
    pub fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let file = |(name, text): (String, String)| {
            let source = Source::parse(&text);
            (module(&name), File { name, source })
        };
        Self(files.into_iter().map(file).collect())
    }

    /// The modules that have others below them.
    pub fn parents(&self) -> BTreeSet<Names> {
        let parent = |at: &Names| at.split_last().map(|(_, parent)| parent.to_vec());
        self.0.keys().filter_map(parent).collect()
    }

    /// Which children of a module take names from which others; each child with all that is below it. The module's own
    /// file is left out: it is made of its children, and may give them what they share, as a table its entries' type.
    pub fn among_children(&self, parent: &[String]) -> Graph {
        let mut graph = Graph::new();
        for (at, file) in &self.0 {
            let Some(child) = child_of(parent, at) else {
                continue;
            };
            for path in file.source.needed() {
                let Some((owner, name)) = self.item(at, path) else {
                    continue;
                };
                let Some(other) = child_of(parent, owner).filter(|other| *other != child) else {
                    continue;
                };
                let uses = graph.entry(child.to_owned()).or_default();
                let names = uses.entry(other.to_owned()).or_default();
                names.insert(format!(
                    "{} takes {name} from {}",
                    file.name, self.0[owner].name
                ));
            }
        }
        graph
    }

    /// The module that defines what a path means in a module, and the item's name. A module alone is no item: what is taken
    /// from it is named elsewhere.
    fn item(&self, at: &[String], path: &[String]) -> Option<(&[String], String)> {
        match self.find(at, path, 0)? {
            Found::Item(owner, name) => Some((self.0.get_key_value(&owner)?.0.as_slice(), name)),
            Found::Module(_) => None,
        }
    }

    fn find(&self, at: &[String], path: &[String], depth: usize) -> Option<Found> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(&[], rest, depth),
            "self" => self.below(at, rest, depth),
            "super" => {
                let parent = at[..at.len().checked_sub(1)?].to_vec();
                if rest.first().is_some_and(|next| next == "super") {
                    return self.find(&parent, rest, depth);
                }
                self.below(&parent, rest, depth)
            }
            // Only what the module knows: another crate's path begins with a name that it does not.
            name if self.knows(at, name) => self.below(at, path, depth),
            _ => None,
        }
    }

    fn knows(&self, at: &[String], name: &str) -> bool {
        self.0.get(at).is_some_and(|file| {
            let Source {
                modules, imports, ..
            } = &file.source;
            modules.iter().any(|module| module == name)
                || imports.iter().any(|import| import.name == name)
        })
    }

    /// Follows a path from a module down, through what it re-exports, to the module that defines the item.
    fn below(&self, module: &[String], path: &[String], depth: usize) -> Option<Found> {
        let Some((name, rest)) = path.split_first() else {
            return Some(Found::Module(module.to_vec()));
        };
        let source = &self.0.get(module)?.source;
        if source.modules.contains(name) {
            let child = [module, std::slice::from_ref(name)].concat();
            return self.below(&child, rest, depth);
        }
        let here = || Some(Found::Item(module.to_vec(), name.clone()));
        let Some(import) = source.imports.iter().find(|import| import.name == *name) else {
            return here();
        };
        if depth == IMPORTS_MOST || import.path == [name.as_str()] {
            return here();
        }
        match self.find(module, &import.path, depth + 1)? {
            Found::Module(target) => self.below(&target, rest, depth + 1),
            item @ Found::Item(..) => Some(item),
        }
    }
}

/// The child of `parent` that a module is or belongs to.
fn child_of<'a>(parent: &[String], at: &'a [String]) -> Option<&'a str> {
    at.strip_prefix(parent)?.first().map(String::as_str)
}

/// The path of a file's module.
fn module(file: &str) -> Names {
    let file = file.trim_end_matches(".rs").trim_end_matches("/mod");
    match file {
        "lib" => Vec::new(),
        file => file.split('/').map(str::to_owned).collect(),
    }
}
