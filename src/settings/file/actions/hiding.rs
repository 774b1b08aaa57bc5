//! Masks secrets in a server's answer, however they are encoded.

const HIDDEN: char = '…';

/// A secret to be masked: each of its characters, in every way in which it may be encoded.
pub struct Secret(Vec<Letter>);

struct Letter {
    plain: char,
    /// As encoded in an address, in HTML and in JSON, with hexadecimal digits in either case.
    otherwise: Vec<String>,
}

impl Secret {
    /// `None` for an empty text, which would match everywhere.
    pub fn new(text: &str) -> Option<Self> {
        let letters: Vec<Letter> = text.chars().map(Letter::new).collect();
        Some(Self(letters)).filter(|secret| !secret.0.is_empty())
    }

    /// The length in bytes if the text starts with it.
    fn length_in(&self, text: &str) -> Option<usize> {
        let mut ends = vec![0];
        for letter in &self.0 {
            let next = ends.iter().flat_map(|end| {
                let lengths = letter.lengths_in(&text[*end..]);
                lengths.map(move |length| end + length)
            });
            ends = next.collect();
            ends.sort_unstable();
            ends.dedup();
        }
        ends.last().copied()
    }
}

impl Letter {
    fn new(plain: char) -> Self {
        let code = u32::from(plain);
        let bytes = plain.to_string().into_bytes();
        let units: Vec<u16> = plain.encode_utf16(&mut [0; 2]).to_vec();
        let mut otherwise = vec![
            bytes.iter().map(|byte| format!("%{byte:02x}")).collect(),
            units.iter().map(|unit| format!("\\u{unit:04x}")).collect(),
            format!("&#{code};"),
            format!("&#{code:03};"),
            format!("&#x{code:x};"),
        ];
        let named: &[&str] = match plain {
            ' ' => &["+"],
            '&' => &["&amp;"],
            '<' => &["&lt;"],
            '>' => &["&gt;"],
            '"' => &["&quot;", "\\\""],
            '\'' => &["&apos;"],
            '/' => &["\\/"],
            '\\' => &["\\\\"],
            _ => &[],
        };
        otherwise.extend(named.iter().map(|name| (*name).to_owned()));
        Self { plain, otherwise }
    }

    fn lengths_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let plain = text.starts_with(self.plain).then(|| self.plain.len_utf8());
        let written = self.otherwise.iter().filter_map(|written| {
            let beginning = text.get(..written.len())?;
            beginning
                .eq_ignore_ascii_case(written)
                .then_some(written.len())
        });
        plain.into_iter().chain(written)
    }
}

/// The text without these secrets. Overlapping ones are masked completely.
pub fn hide(text: &str, secrets: &[Secret]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut hidden_to = 0;
    for (at, plain) in text.char_indices() {
        let lengths = secrets
            .iter()
            .filter_map(|secret| secret.length_in(&text[at..]));
        if let Some(length) = lengths.max() {
            if at >= hidden_to {
                shown.push(HIDDEN);
            }
            hidden_to = hidden_to.max(at + length);
        }
        if at >= hidden_to {
            shown.push(plain);
        }
    }
    shown
}
