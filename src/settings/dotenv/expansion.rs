//! Expands `${NAME}` and `${NAME:-default}` in quoted and unquoted values. Other forms are not expanded.

/// Length limit for a value. A few lines that each double the previous one would fill any memory.
const BYTES_MAX: usize = 64 * 1024;

pub struct Expanded {
    pub text: String,
    /// The value exceeded the limit and was truncated.
    pub cut: bool,
    /// Every reference was set or had a default.
    pub resolved: bool,
}

struct Reference<'a> {
    name: &'a str,
    default: Option<&'a str>,
    rest: &'a str,
}

pub fn expand(value: &str, known: impl Fn(&str) -> Option<String>) -> Expanded {
    let mut expanded = Expanded {
        text: String::new(),
        cut: false,
        resolved: true,
    };
    // No reference ends after the last brace.
    let end = value.rfind('}').map_or(0, |at| at + 1);
    let mut rest = &value[..end];
    while let Some(at) = rest.find("${") {
        if expanded.text.len() > BYTES_MAX {
            expanded.cut = true;
            return expanded;
        }
        expanded.text += &rest[..at];
        let Some(reference) = reference(&rest[at + 2..]) else {
            expanded.text += "${";
            rest = &rest[at + 2..];
            continue;
        };
        match (known(reference.name), reference.default) {
            (Some(value), _) => expanded.text += &value,
            (None, Some(default)) => expanded.text += default,
            (None, None) => expanded.resolved = false,
        }
        rest = reference.rest;
    }
    expanded.text += rest;
    expanded.text += &value[end..];
    expanded.cut = expanded.text.len() > BYTES_MAX;
    expanded
}

/// Parses the text after `${`; `None` for forms that only a shell supports.
fn reference(text: &str) -> Option<Reference<'_>> {
    let end = text.find(['}', ':'])?;
    let (name, after) = text.split_at(end);
    if let Some(rest) = after.strip_prefix('}') {
        let default = None;
        return Some(Reference {
            name,
            default,
            rest,
        });
    }
    let (default, rest) = after.strip_prefix(":-")?.split_once('}')?;
    let default = Some(default);
    Some(Reference {
        name,
        default,
        rest,
    })
}
