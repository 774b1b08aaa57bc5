//! The query of a check: one statement that reads, with its parameters.
//!
//! It is looked at as both databases read it. What they read differently, such as strings with backslashes, is refused,
//! so that nothing can be hidden in it.

use std::collections::BTreeSet;

use super::Parameter;

const CHARS: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    parts: Vec<Part>,
    functions: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Sql(String),
    Parameter(Parameter),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStatement {
    #[error("expected a query of up to {CHARS} characters")]
    Length,
    #[error("expected one statement that begins with SELECT or WITH")]
    NotAQuery,
    #[error("expected one statement: text follows after a semicolon")]
    Several,
    #[error("a bracket is not opened or not closed")]
    Brackets,
    #[error("expected no quote, comment, semicolon or other bracket between [ and ]")]
    Square,
    #[error("a quote or a comment is not closed, or a comment stands inside another")]
    Open,
    #[error(
        "a string in another form than '…' cannot be read here, such as E'…', $$…$$ or `…`; write '…'"
    )]
    Form,
    #[error("write parameters as :today; ?, $1 and @name are taken by the driver")]
    Placeholder,
    #[error("there is no parameter :{0}")]
    Parameter(String),
}

impl Statement {
    pub fn read(text: &str) -> Result<Self, BadStatement> {
        if text.trim().is_empty() || text.chars().count() > CHARS || text.contains('\0') {
            return Err(BadStatement::Length);
        }
        let mut reader = Reader::new(text);
        while !reader.rest().is_empty() {
            reader.step()?;
        }
        reader.end()
    }

    /// The text with a number in each parameter's place, and the parameters in the order of their numbers.
    pub fn numbered(&self) -> (String, Vec<Parameter>) {
        let mut sql = String::new();
        let mut parameters: Vec<Parameter> = Vec::new();
        for part in &self.parts {
            match part {
                Part::Sql(text) => sql += text,
                Part::Parameter(parameter) => {
                    let known = parameters.iter().position(|known| known == parameter);
                    let at = known.unwrap_or_else(|| {
                        parameters.push(*parameter);
                        parameters.len() - 1
                    });
                    sql += &format!("${}", at + 1);
                }
            }
        }
        (sql, parameters)
    }

    /// Every name before a bracket: the functions that are called, and words of the language such as `in`.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(String::as_str)
    }
}

/// The newest word, as far as it matters to what follows.
#[derive(PartialEq, Eq)]
enum Last {
    /// A name, which ends here or before blanks.
    Name(String),
    Other,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The beginning of the SQL that is not among the parts yet.
    from: usize,
    depth: usize,
    last: Last,
    is_query: Option<bool>,
    /// The end of the statement, if a semicolon is there.
    ended: Option<usize>,
    parts: Vec<Part>,
    functions: BTreeSet<String>,
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `SQLite` reads all that is between square brackets as a name.
fn is_plain_to_the_end(rest: &str) -> Result<(), BadStatement> {
    let (inside, _) = rest.split_once(']').ok_or(BadStatement::Brackets)?;
    let hides = inside.contains(['\'', '"', '`', ';', '[']);
    if hides || inside.contains("--") || inside.contains("/*") {
        return Err(BadStatement::Square);
    }
    Ok(())
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            from: 0,
            depth: 0,
            last: Last::Other,
            is_query: None,
            ended: None,
            parts: Vec::new(),
            functions: BTreeSet::new(),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads the next word, sign or comment.
    fn step(&mut self) -> Result<(), BadStatement> {
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            self.at += first.len_utf8();
            return Ok(());
        }
        if rest.starts_with("--") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return Ok(());
        }
        if rest.starts_with("/*") {
            return self.comment(rest);
        }
        if self.ended.is_some() {
            return Err(BadStatement::Several);
        }
        let is_query = ["select", "with"].contains(&name(rest).to_ascii_lowercase().as_str());
        self.is_query.get_or_insert(is_query);
        match first {
            '\'' | '"' => self.quoted(rest, first),
            '`' => Err(BadStatement::Form),
            '$' if rest[1..].starts_with(|c: char| c == '$' || begins_name(c)) => {
                Err(BadStatement::Form)
            }
            '$' | '?' => Err(BadStatement::Placeholder),
            '@' if rest[1..].starts_with(begins_name) => Err(BadStatement::Placeholder),
            ':' => self.colon(rest),
            c if is_in_name(c) => self.word(rest),
            sign => self.sign(sign),
        }
    }

    fn sign(&mut self, sign: char) -> Result<(), BadStatement> {
        match sign {
            ';' => self.ended = Some(self.at),
            '(' => {
                self.depth += 1;
                if let Last::Name(name) = &self.last {
                    self.functions.insert(name.clone());
                }
            }
            ')' => self.depth = self.depth.checked_sub(1).ok_or(BadStatement::Brackets)?,
            '[' => is_plain_to_the_end(&self.rest()[1..])?,
            _ => {}
        }
        self.at += sign.len_utf8();
        self.last = Last::Other;
        Ok(())
    }

    fn comment(&mut self, rest: &str) -> Result<(), BadStatement> {
        let length = rest[2..].find("*/").ok_or(BadStatement::Open)?;
        // One database reads comments inside comments, the other does not.
        if rest[2..2 + length].contains("/*") {
            return Err(BadStatement::Open);
        }
        self.at += length + 4;
        Ok(())
    }

    /// A text, or a name in double quotes. The same quote twice is a part of it.
    fn quoted(&mut self, rest: &str, quote: char) -> Result<(), BadStatement> {
        let touches = |before: &str| before.ends_with(|c: char| is_in_name(c) || c == '&');
        if touches(&self.text[..self.at]) {
            return Err(BadStatement::Form);
        }
        let mut end = 1;
        loop {
            end += rest[end..].find(quote).ok_or(BadStatement::Open)? + 1;
            if !rest[end..].starts_with(quote) {
                break;
            }
            end += 1;
        }
        self.last = match quote {
            '"' => Last::Name(rest[1..end - 1].replace("\"\"", "\"")),
            _ => Last::Other,
        };
        self.at += end;
        Ok(())
    }

    fn colon(&mut self, rest: &str) -> Result<(), BadStatement> {
        self.last = Last::Other;
        if rest.starts_with("::") {
            self.at += 2;
            return Ok(());
        }
        let name = name(&rest[1..]);
        if !name.starts_with(begins_name) {
            self.at += 1;
            return Ok(());
        }
        let parameter = name
            .parse()
            .map_err(|_| BadStatement::Parameter(name.chars().take(40).collect()))?;
        self.take_sql(self.at);
        self.parts.push(Part::Parameter(parameter));
        self.at += 1 + name.len();
        self.from = self.at;
        Ok(())
    }

    /// A name, a word of the language or a number.
    fn word(&mut self, rest: &str) -> Result<(), BadStatement> {
        let word = name(rest);
        // PostgreSQL takes the sign into names, and SQLite begins a parameter with it.
        if rest[word.len()..].starts_with('$') {
            return Err(BadStatement::Placeholder);
        }
        self.at += word.len();
        self.last = if word.starts_with(begins_name) {
            Last::Name(word.to_lowercase())
        } else {
            Last::Other
        };
        Ok(())
    }

    fn take_sql(&mut self, to: usize) {
        let sql = &self.text[self.from..to];
        if !sql.is_empty() {
            self.parts.push(Part::Sql(sql.to_owned()));
        }
    }

    fn end(mut self) -> Result<Statement, BadStatement> {
        if self.is_query != Some(true) {
            return Err(BadStatement::NotAQuery);
        }
        if self.depth > 0 {
            return Err(BadStatement::Brackets);
        }
        self.take_sql(self.ended.unwrap_or(self.text.len()));
        Ok(Statement {
            parts: self.parts,
            functions: self.functions,
        })
    }
}

/// The name that the text begins with; empty if it begins with none.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !is_in_name(c)).unwrap_or(text.len());
    &text[..end]
}
