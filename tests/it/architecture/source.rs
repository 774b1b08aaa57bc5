//! Reads what a Rust source declares and names, without a compiler.

use std::{collections::BTreeSet, iter::Peekable, str::Chars};

/// A path in the code: `crate::db::Db`.
pub type Names = Vec<String>;

/// A source file, as far as its names go.
#[derive(Debug, Default)]
pub struct Source {
    /// `mod x;`
    pub modules: Vec<String>,
    pub imports: Vec<Import>,
    /// Everything else that is written with `::`.
    pub named: Vec<Names>,
    /// Every name outside of imports.
    pub words: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// The name by which the source knows it; `*` for all names.
    pub name: String,
    pub path: Names,
}

impl Source {
    /// The paths that the source cannot do without: names that it only hands on are not among them.
    pub fn needed(&self) -> impl Iterator<Item = &Names> {
        let needed = |import: &&Import| {
            let name = import.name.as_str();
            matches!(name, "_" | "*") || self.words.contains(name)
        };
        let imports = self.imports.iter().filter(needed);
        imports.map(|import| &import.path).chain(&self.named)
    }

    pub fn parse(text: &str) -> Self {
        let mut source = Self::default();
        let mut words = words(text).into_iter().peekable();
        let mut last = String::new();
        while let Some(word) = words.next() {
            match word.as_str() {
                "mod" => {
                    let name = words.next().unwrap_or_default();
                    if words.next_if(|next| next == ";").is_some() {
                        source.modules.push(name);
                    }
                }
                // `pub(in crate::db)` says who may use it.
                "in" if last == "(" => skip_to(&mut words, ")"),
                // `use<'a>` is no import.
                "use" if words.peek().is_none_or(|next| next != "<") => {
                    import(&mut words, &mut source.imports, Vec::new());
                }
                name if is_name(name) => {
                    let path = path(&mut words, name);
                    source.words.extend(path.first().cloned());
                    if path.len() > 1 {
                        source.named.push(path);
                    }
                }
                _ => {}
            }
            last = word;
        }
        source
    }
}

type Words = Peekable<std::vec::IntoIter<String>>;

fn path(words: &mut Words, first: &str) -> Names {
    let mut path = vec![first.to_owned()];
    while words.next_if(|next| next == "::").is_some() {
        match words.next_if(|next| is_name(next)) {
            Some(name) => path.push(name),
            // Types between angle brackets.
            None => break,
        }
    }
    path
}

fn skip_to(words: &mut Words, end: &str) {
    words.by_ref().find(|word| word == end);
}

/// One tree of a `use`, up to the comma or brace after it.
fn import(words: &mut Words, imports: &mut Vec<Import>, mut path: Names) {
    while let Some(word) = words.next_if(|word| !matches!(word.as_str(), ";" | "," | "}")) {
        match word.as_str() {
            "{" => {
                while words.next_if(|word| word == "}").is_none() {
                    import(words, imports, path.clone());
                    if words.next_if(|word| word == ",").is_none() && words.peek().is_none() {
                        return;
                    }
                }
                return;
            }
            "as" => {
                let name = words.next().unwrap_or_default();
                imports.push(Import { name, path });
                return;
            }
            "::" => {}
            // `{self}` is the module before the brace.
            "self" if !path.is_empty() => {}
            _ => path.push(word),
        }
    }
    if path.last().is_some_and(|last| last == "*") {
        path.pop();
        let name = "*".to_owned();
        imports.push(Import { name, path });
    } else if let Some(name) = path.last().cloned() {
        imports.push(Import { name, path });
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// The words and marks of a source; without comments and literals.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => skip_line(&mut rest),
            '/' if rest.peek() == Some(&'*') => skip_block(&mut rest),
            '"' => skip_text(&mut rest),
            '\'' => skip_character(&mut rest),
            ':' if rest.next_if_eq(&':').is_some() => words.push("::".to_owned()),
            c if c == '_' || c.is_alphanumeric() => {
                let mut word = String::from(c);
                while let Some(c) = rest.next_if(|c| *c == '_' || c.is_alphanumeric()) {
                    word.push(c);
                }
                if matches!(word.as_str(), "r" | "br") && matches!(rest.peek(), Some('"' | '#')) {
                    skip_raw_text(&mut rest);
                } else {
                    words.push(word);
                }
            }
            c if c.is_whitespace() => {}
            mark => words.push(mark.to_string()),
        }
    }
    words
}

type Text<'a> = Peekable<Chars<'a>>;

fn skip_line(rest: &mut Text<'_>) {
    rest.find(|c| *c == '\n');
}

fn skip_block(rest: &mut Text<'_>) {
    while rest.find(|c| *c == '*').is_some() {
        if rest.next_if_eq(&'/').is_some() {
            return;
        }
    }
}

fn skip_text(rest: &mut Text<'_>) {
    while let Some(c) = rest.next() {
        match c {
            '"' => return,
            '\\' => drop(rest.next()),
            _ => {}
        }
    }
}

fn skip_raw_text(rest: &mut Text<'_>) {
    let mut hashes = 0;
    while rest.next_if_eq(&'#').is_some() {
        hashes += 1;
    }
    // `r#name` is a name.
    if rest.next_if_eq(&'"').is_none() {
        return;
    }
    while rest.find(|c| *c == '"').is_some() {
        if (0..hashes).all(|_| rest.next_if_eq(&'#').is_some()) {
            return;
        }
    }
}

/// A character, unless it is a lifetime.
fn skip_character(rest: &mut Text<'_>) {
    let mut ahead = rest.clone();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) => {
            rest.nth(1);
            rest.find(|c| *c == '\'');
        }
        (_, Some('\'')) => drop(rest.nth(1)),
        _ => {}
    }
}

#[test]
fn what_a_source_names_is_found() {
    let source = Source::parse(
        r##"
        //! Says crate::comment::x.
        mod board;
        mod tests { }
        pub(in crate::db) use self::board::{Board, slot::{self, Slot as S}};
        use super::*;
        fn f<'a>(c: char) -> impl use<'a> { say!("crate::text::y"); crate::ops::slo::z(c == '"'); r#"super::raw"#; }
        "##,
    );
    assert_eq!(source.modules, ["board"]);
    let import = |name: &str, path: &str| Import {
        name: name.to_owned(),
        path: path.split("::").map(str::to_owned).collect(),
    };
    assert_eq!(
        source.imports,
        [
            import("Board", "self::board::Board"),
            import("slot", "self::board::slot"),
            import("S", "self::board::slot::Slot"),
            import("*", "super"),
        ]
    );
    assert_eq!(source.named, [["crate", "ops", "slo", "z"]]);
}
