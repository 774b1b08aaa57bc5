//! The part of DER that certificates use.

pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OBJECT_ID: u8 = 0x06;
pub const BOOLEAN: u8 = 0x01;

/// One value: its tag, its content, and both with the length between them.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    pub whole: &'a [u8],
}

/// A sequence of values from an untrusted source: `None` for anything malformed.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn take(&mut self) -> Option<Value<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        let (length, header) = length(rest)?;
        let end = header.checked_add(length)?.checked_add(1)?;
        let whole = self.0.get(..end)?;
        self.0 = &self.0[end..];
        Some(Value {
            tag,
            content: &whole[header + 1..],
            whole,
        })
    }

    pub fn expect(&mut self, tag: u8) -> Option<Value<'a>> {
        self.take().filter(|value| value.tag == tag)
    }

    /// The next value if it has this tag; otherwise nothing is consumed.
    pub fn optional(&mut self, tag: u8) -> Option<Value<'a>> {
        let mut ahead = *self;
        let value = ahead.expect(tag)?;
        *self = ahead;
        Some(value)
    }
}

/// The length that is written there, and how many bytes it takes to write it.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), 1));
    }
    let count = usize::from(first & 0x7f);
    // Four bytes say more than any certificate holds; none at all is BER's open end.
    if !(1..=4).contains(&count) {
        return None;
    }
    let digits = rest.get(..count)?;
    let length = digits
        .iter()
        .fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    Some((length, count + 1))
}
