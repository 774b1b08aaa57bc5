use super::Statement;

/// Reads one statement after the other.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The line that `counted` is on.
    line: usize,
    counted: usize,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            counted: 0,
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub fn statement(&mut self) -> Option<Statement> {
        self.skip(is_blank);
        if self.is_at_end() {
            return None;
        }
        let start = self.at;
        self.line += self.text[self.counted..start].matches('\n').count();
        self.counted = start;
        let mut statement = Statement {
            range: start..start,
            line: self.line,
            exported: self.skip_export(),
            key: None,
            value: None,
            readable: true,
        };
        let key_at = self.at;
        if self.assignment(&mut statement).is_none() {
            statement.readable = false;
            statement.key = seeming_key(&self.text[key_at..]);
            statement.value = None;
            self.skip(|c| !is_line_end(c));
            self.line_end();
        }
        statement.range.end = self.at;
        Some(statement)
    }

    /// Fails if the text is neither an assignment nor a comment; the position is kept.
    fn assignment(&mut self, statement: &mut Statement) -> Option<()> {
        statement.key = match self.peek() {
            Some('#') => None,
            Some('\'') => Some(self.quoted_key()?),
            _ => Some(
                self.taken(|c| c != '=' && c != '#' && !is_blank(c))?
                    .to_owned(),
            ),
        };
        self.skip(is_blank_in_line);
        if self.peek() == Some('=') {
            self.at += 1;
            statement.value = Some(self.value()?);
        }
        self.skip(is_blank_in_line);
        if self.peek() == Some('#') {
            self.skip(|c| !is_line_end(c));
        }
        self.line_end()
    }

    /// After the equals sign.
    fn value(&mut self) -> Option<String> {
        let before = self.at;
        self.skip(is_blank_in_line);
        match self.peek() {
            Some('\'' | '"') => self.quoted(),
            // After a blank it starts a comment.
            Some('#') if self.at > before => Some(String::new()),
            _ => {
                let line = self.taken(|c| !is_line_end(c)).unwrap_or_default();
                Some(without_comment(line).to_owned())
            }
        }
    }

    /// A value in quotes, which may go over several lines.
    pub fn quoted(&mut self) -> Option<String> {
        let quote = self.peek().filter(|c| matches!(c, '\'' | '"'))?;
        let inner = &self.text[self.at + 1..];
        let mut escaped = false;
        let end = inner.char_indices().find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let (length, _) = end?;
        self.at += length + 2;
        Some(unescaped(&with_line_feeds(&inner[..length]), quote))
    }

    fn quoted_key(&mut self) -> Option<String> {
        let (key, _) = self.text[self.at + 1..].split_once('\'')?;
        self.at += key.len() + 2;
        (!key.is_empty()).then(|| with_line_feeds(key))
    }

    fn skip_export(&mut self) -> bool {
        let Some(after) = self.text[self.at..].strip_prefix("export") else {
            return false;
        };
        if !after.starts_with(is_blank_in_line) {
            return false;
        }
        self.at += "export".len();
        self.skip(is_blank_in_line);
        true
    }

    fn line_end(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let after = ["\r\n", "\n", "\r"]
            .iter()
            .find_map(|end| rest.strip_prefix(end));
        match after {
            Some(after) => self.at = self.text.len() - after.len(),
            None if rest.is_empty() => {}
            None => return None,
        }
        Some(())
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, of: impl Fn(char) -> bool) {
        self.taken(of);
    }

    /// `None` if there are no such characters.
    fn taken(&mut self, of: impl Fn(char) -> bool) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !of(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }
}

/// As the platform's reader, which sees one kind of line end only.
fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Python's `\s`.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

fn is_blank_in_line(c: char) -> bool {
    is_blank(c) && !is_line_end(c)
}

/// A `#` after a blank starts a comment.
fn without_comment(line: &str) -> &str {
    let hash = line
        .match_indices('#')
        .find(|(at, _)| line[..*at].ends_with(is_blank));
    let value = hash.map_or(line, |(at, _)| &line[..at]);
    value.trim_end_matches(is_blank)
}

fn unescaped(text: &str, quote: char) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let meant = characters
            .peek()
            .filter(|_| c == '\\')
            .and_then(|next| escape(*next, quote));
        match meant {
            Some(meant) => {
                plain.push(meant);
                characters.next();
            }
            None => plain.push(c),
        }
    }
    plain
}

/// The character that the escape sequence means.
fn escape(c: char, quote: char) -> Option<char> {
    Some(match c {
        '\\' | '\'' => c,
        _ if quote == '\'' => return None,
        '"' => c,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        _ => return None,
    })
}

/// The likely key of an unreadable statement.
fn seeming_key(text: &str) -> Option<String> {
    let word = |c: char| !is_blank(c) && !"='\"#:".contains(c);
    let start = text.find(word)?;
    let key = &text[start..];
    let end = key.find(|c: char| !word(c)).unwrap_or(key.len());
    Some(key[..end].to_owned())
}
