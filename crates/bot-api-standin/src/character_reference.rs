//! The HTML character references that Telegram supports.

/// The character of `&lt;`, `&#60;` or `&#x3c;`, and its length in bytes. As in Telegram, an unknown name is plain text
/// and the semicolon may be missing.
pub fn character_reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let (character, taken) = match body.strip_prefix('#') {
        Some(number) => numeric_reference(number).map(|(c, digits)| (c, digits + 1))?,
        None => named_reference(body)?,
    };
    let semicolon = usize::from(body[taken..].starts_with(';'));
    Some((character, 1 + taken + semicolon))
}

fn named_reference(body: &str) -> Option<(char, usize)> {
    let length = body.bytes().take_while(u8::is_ascii_alphabetic).count();
    let character = match &body[..length] {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => return None,
    };
    Some((character, length))
}

fn numeric_reference(number: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match number.strip_prefix('x') {
        Some(hex) => (hex, 16, 1),
        None => (number, 10, 0),
    };
    let length = digits
        .bytes()
        .take_while(|digit| char::from(*digit).is_digit(radix))
        .count();
    let code = u32::from_str_radix(&digits[..length], radix).ok()?;
    let character = char::from_u32(code).filter(|character| *character != '\0')?;
    Some((character, prefix + length))
}
