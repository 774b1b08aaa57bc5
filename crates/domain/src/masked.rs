use std::{iter::Peekable, str::Chars};

const MASK: char = '?';

/// An SQL statement without its literals (texts, numbers) and comments, which may contain names, addresses or
/// passwords. A literal that is cut off is masked to the end.
pub fn masked(sql: &str) -> String {
    let mut shown = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => {
                let escapes = take_prefix(&mut shown);
                skip_quoted(&mut rest, escapes);
                shown.push(MASK);
            }
            '"' => copy_identifier(&mut rest, &mut shown),
            '$' => dollar(&mut rest, &mut shown),
            '-' if rest.next_if_eq(&'-').is_some() => {
                while rest.next_if(|c| *c != '\n').is_some() {}
            }
            '/' if rest.next_if_eq(&'*').is_some() => skip_comment(&mut rest),
            c if is_of_word(c) => word(c, &mut rest, &mut shown),
            '.' if rest.peek().is_some_and(char::is_ascii_digit) => number(&mut rest, &mut shown),
            c => shown.push(c),
        }
    }
    shown
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Removes the prefix of `E'…'`, `B'…'`, `X'…'`, `N'…'` and `U&'…'`. Returns whether a backslash escapes in this
/// literal.
fn take_prefix(shown: &mut String) -> bool {
    let bare = shown.strip_suffix('&').unwrap_or(shown);
    let Some(letter) = bare.chars().next_back() else {
        return false;
    };
    let before = &bare[..bare.len() - letter.len_utf8()];
    let stands_alone = !before.chars().next_back().is_some_and(is_of_word);
    let is_prefix = matches!(letter.to_ascii_lowercase(), 'e' | 'b' | 'x' | 'n' | 'u');
    if !(stands_alone && is_prefix) {
        return false;
    }
    let end = before.len();
    shown.truncate(end);
    letter.eq_ignore_ascii_case(&'e')
}

/// Skips to the closing quote; a doubled quote is an escaped one.
fn skip_quoted(rest: &mut Peekable<Chars<'_>>, escapes: bool) {
    while let Some(c) = rest.next() {
        match c {
            '\\' if escapes => drop(rest.next()),
            '\'' if rest.next_if_eq(&'\'').is_none() => return,
            _ => {}
        }
    }
}

/// A name in double quotes is shown as it is.
fn copy_identifier(rest: &mut Peekable<Chars<'_>>, shown: &mut String) {
    shown.push('"');
    for c in rest.by_ref() {
        shown.push(c);
        if c == '"' {
            return;
        }
    }
}

/// `$1` is a parameter; `$$` and `$tag$` begin a text that ends with the same.
fn dollar(rest: &mut Peekable<Chars<'_>>, shown: &mut String) {
    let mut ahead = rest.clone();
    let mut tag = String::from("$");
    while let Some(c) = ahead.next_if(|c| is_of_word(*c)) {
        tag.push(c);
    }
    let is_parameter = tag[1..].starts_with(|c: char| c.is_ascii_digit());
    if is_parameter || ahead.next_if_eq(&'$').is_none() {
        *rest = ahead;
        shown.push_str(&tag);
        return;
    }
    tag.push('$');
    *rest = ahead;
    let mut text = String::new();
    while !text.ends_with(&tag) {
        let Some(c) = rest.next() else { break };
        text.push(c);
    }
    shown.push(MASK);
}

/// Comments can be nested.
fn skip_comment(rest: &mut Peekable<Chars<'_>>) {
    let mut depth = 1_usize;
    while let Some(c) = rest.next() {
        if c == '*' && rest.next_if_eq(&'/').is_some() {
            depth -= 1;
        } else if c == '/' && rest.next_if_eq(&'*').is_some() {
            depth += 1;
        }
        if depth == 0 {
            return;
        }
    }
}

/// A name, a keyword, or a number.
fn word(first: char, rest: &mut Peekable<Chars<'_>>, shown: &mut String) {
    if first.is_ascii_digit() {
        return number(rest, shown);
    }
    shown.push(first);
    while let Some(c) = rest.next_if(|c| is_of_word(*c) || *c == '$') {
        shown.push(c);
    }
}

/// With its fraction and its exponent.
fn number(rest: &mut Peekable<Chars<'_>>, shown: &mut String) {
    let mut last = '0';
    while let Some(c) = rest.next_if(|c| {
        is_of_word(*c) || *c == '.' || (last.eq_ignore_ascii_case(&'e') && matches!(c, '+' | '-'))
    }) {
        last = c;
    }
    shown.push(MASK);
}
