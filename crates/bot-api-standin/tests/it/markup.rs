use bot_api_standin::{EntityKind, Formatted, utf16_len};

/// A source, its text, and the kind, offset and length of each entity.
type Case = (
    &'static str,
    &'static str,
    &'static [(EntityKind, usize, usize)],
);

fn check(cases: &[Case], parse: impl Fn(&str) -> Result<Formatted, String>) {
    for (source, text, entities) in cases {
        let parsed = parse(source).unwrap_or_else(|reason| panic!("{source}: {reason}"));
        let found = parsed.entities.iter();
        let found: Vec<_> = found
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect();
        assert_eq!(
            (parsed.text.as_str(), found.as_slice()),
            (*text, *entities),
            "{source}"
        );
    }
}

#[test]
fn html_becomes_text_and_entities() {
    use EntityKind::{
        Blockquote, Bold, Code, CustomEmoji, ExpandableBlockquote, Italic, Pre, Spoiler,
        Strikethrough, TextLink, Underline,
    };
    let cases: &[Case] = &[
        ("plain", "plain", &[]),
        (
            "<b>a</b> <strong>b</strong>",
            "a b",
            &[(Bold, 0, 1), (Bold, 2, 1)],
        ),
        (
            "<i>a</i><em>b</em>",
            "ab",
            &[(Italic, 0, 1), (Italic, 1, 1)],
        ),
        (
            "<u>a</u><ins>b</ins>",
            "ab",
            &[(Underline, 0, 1), (Underline, 1, 1)],
        ),
        (
            "<s>a</s><del>b</del>",
            "ab",
            &[(Strikethrough, 0, 1), (Strikethrough, 1, 1)],
        ),
        ("<strike>a</strike>", "a", &[(Strikethrough, 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", &[(Spoiler, 0, 1)]),
        (
            "<span class=\"tg-spoiler\">a</span>",
            "a",
            &[(Spoiler, 0, 1)],
        ),
        (
            "<a href='https://x.io/?a=1&amp;b=2'>x</a>",
            "x",
            &[(TextLink, 0, 1)],
        ),
        ("<a href=\"nowhere\">x</a>", "x", &[]),
        ("<code>a&lt;b</code>", "a<b", &[(Code, 0, 3)]),
        ("<pre>a\nb</pre>", "a\nb", &[(Pre, 0, 3)]),
        (
            "<pre><code class=\"language-sql\">q</code></pre>",
            "q",
            &[(Pre, 0, 1)],
        ),
        ("<blockquote>a</blockquote>", "a", &[(Blockquote, 0, 1)]),
        (
            "<blockquote expandable>a</blockquote>",
            "a",
            &[(ExpandableBlockquote, 0, 1)],
        ),
        (
            "<tg-emoji emoji-id=\"5368\">x</tg-emoji>",
            "x",
            &[(CustomEmoji, 0, 1)],
        ),
        ("<b>a<i>b</i></b>", "ab", &[(Italic, 1, 1), (Bold, 0, 2)]),
        ("<B>a</b >", "a", &[(Bold, 0, 1)]),
        ("<b>a</>", "a", &[(Bold, 0, 1)]),
        ("<b></b>a", "a", &[]),
        ("😀<b>😀</b>", "😀😀", &[(Bold, 2, 2)]),
        ("&lt;&gt;&amp;&quot;&#60;&#x3C;", "<>&\"<<", &[]),
        (
            "&nbsp; &copy; A&B &#xZ; &",
            "&nbsp; &copy; A&B &#xZ; &",
            &[],
        ),
        ("&lt b", "< b", &[]),
        ("a > b", "a > b", &[]),
    ];
    check(cases, Formatted::html);
}

#[test]
fn broken_html_is_refused_in_telegrams_words() {
    let cases = [
        ("a <x>", "Unsupported start tag \"x\" at byte offset 2"),
        ("ё<br/>", "Unsupported start tag \"br/\" at byte offset 2"),
        ("1 <2 and", "Unsupported start tag \"2\" at byte offset 2"),
        ("a < b>", "Unsupported start tag \"\" at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<a href=\"x", "Unclosed start tag at byte offset 0"),
        (
            "<a href=x:y>z</a>",
            "Unexpected end of name token at byte offset 8",
        ),
        (
            "<a =1>z</a>",
            "Empty attribute name in the tag \"a\" at byte offset 0",
        ),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        (
            "<b><i>a</b></i>",
            "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\"",
        ),
        (
            "<b>a",
            "Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "<span class=\"x\">a</span>",
            "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
        ),
        (
            "<tg-emoji emoji-id=\"x\">a</tg-emoji>",
            "Invalid custom emoji identifier specified",
        ),
    ];
    for (source, reason) in cases {
        assert_eq!(Formatted::html(source), Err(reason.to_owned()), "{source}");
    }
}

#[test]
fn a_code_block_keeps_its_language_and_a_link_its_address() {
    let block = Formatted::html("<pre><code class=\"language-sql\">q</code></pre>").unwrap();
    assert_eq!(block.entities[0].language.as_deref(), Some("sql"));
    let link = Formatted::html("<a href=\"https://x.io/?a=1&amp;b=2\">x</a>").unwrap();
    assert_eq!(
        link.entities[0].url.as_deref(),
        Some("https://x.io/?a=1&b=2")
    );
}

#[test]
fn legacy_markdown_becomes_text_and_entities() {
    use EntityKind::{Bold, Code, Italic, Pre, TextLink};
    let cases: &[Case] = &[
        (
            "*a* _b_ `c`",
            "a b c",
            &[(Bold, 0, 1), (Italic, 2, 1), (Code, 4, 1)],
        ),
        ("```x y```", "x y", &[(Pre, 0, 3)]),
        ("[a](https://x.io) b", "a b", &[(TextLink, 0, 1)]),
        ("[a] b", "a b", &[]),
        ("a\\_b\\*c", "a_b*c", &[]),
        ("**", "", &[]),
    ];
    check(cases, Formatted::markdown);
}

#[test]
fn unpaired_markdown_is_refused_where_it_begins() {
    for (source, offset) in [
        ("snake_case", 5),
        ("2 * 2", 2),
        ("`x", 0),
        ("ё [x", 3),
        ("```x`", 0),
    ] {
        let reason = format!("Can't find end of the entity starting at byte offset {offset}");
        assert_eq!(Formatted::markdown(source), Err(reason), "{source}");
    }
}

#[test]
fn length_counts_utf16_units() {
    assert_eq!(utf16_len("aё"), 2);
    assert_eq!(utf16_len("😀"), 2);
}
