//! The runbooks, as they are read on a phone.

use sovani_ops::{
    detectors::DETECTORS,
    domain::Lang,
    views::{Message, Voice, buttons, plain_text, runbook},
};

use super::{
    fault,
    samples::voice,
    sheet::{in_each_language, sheet},
};

#[test]
fn the_list_of_runbooks() {
    in_each_language("runbooks", |voice| {
        let buttons = ["check_cash_balance_threshold", "check_db_growth"]
            .map(|name| buttons::runbook(name, name));
        sheet([("list", runbook::list(voice, buttons.to_vec()))])
    });
}

fn pages(voice: &Voice, name: &str) -> Vec<Message> {
    let detector = DETECTORS
        .iter()
        .find(|detector| detector.name == name)
        .unwrap();
    (1..)
        .map_while(|page| runbook::runbook(voice, name, detector.runbook, page))
        .collect()
}

#[test]
fn each_page_of_a_runbook_fits_a_phone() {
    for detector in DETECTORS {
        for page in pages(&voice(Lang::Ru), detector.name) {
            assert_eq!(fault(&page), None, "{}", detector.name);
            let length = plain_text(&page.html).chars().count();
            assert!(length <= 1400, "{}: {length}", detector.name);
        }
    }
}

#[test]
fn a_runbook_keeps_its_headings_lists_and_code() {
    in_each_language("runbook", |voice| {
        let shown: Vec<String> = pages(voice, "check_db_growth")
            .into_iter()
            .map(|page| sheet([("page", page)]))
            .collect();
        shown.join("\n")
    });
}

#[test]
fn html_in_a_runbook_is_text_like_any_other() {
    let shown = |markdown| runbook::runbook(&voice(Lang::En), "check_db_growth", markdown, 1);
    let cases = [
        ("<?", "&lt;?"),
        ("see <b>here</b>", "see &lt;b&gt;here&lt;/b&gt;"),
        ("<div>\n\n# Then", "&lt;div&gt;\n\n\n<b>Then</b>"),
    ];
    for (markdown, html) in cases {
        let message = shown(markdown).unwrap();
        assert_eq!(message.html, html);
        assert_eq!(fault(&message), None);
    }
}
