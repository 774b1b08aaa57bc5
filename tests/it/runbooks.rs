//! Every runbook has its sections and fits a phone, and its SQL runs as written.

use std::fs;

use chrono::NaiveDate;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
};

use crate::support::{checks::detector_names, database::TestDatabase};

const SECTIONS: [&str; 4] = [
    "Symptoms",
    "Diagnosis",
    "Resolution",
    "Automatic remediation",
];
/// One message on a phone, with room for the title and the button under it.
const LONGEST: usize = 3_000;
const WIDEST_CODE_LINE: usize = 60;
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

struct Runbook {
    name: String,
    text: String,
}

struct Block {
    info: String,
    code: String,
}

impl Runbook {
    fn all() -> Vec<Self> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                Self {
                    name: path.file_name().unwrap().to_str().unwrap().to_owned(),
                    text: fs::read_to_string(path).unwrap(),
                }
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn headings(&self, level: HeadingLevel) -> Vec<String> {
        let mut headings = Vec::new();
        let mut inside = false;
        for event in Parser::new(&self.text) {
            match event {
                Event::Start(Tag::Heading { level: found, .. }) if found == level => {
                    inside = true;
                    headings.push(String::new());
                }
                Event::End(TagEnd::Heading(_)) => inside = false,
                Event::Text(text) | Event::Code(text) if inside => {
                    headings.last_mut().unwrap().push_str(&text);
                }
                _ => {}
            }
        }
        headings
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for event in Parser::new(&self.text) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    open = Some(Block {
                        info,
                        code: String::new(),
                    });
                }
                Event::Text(text) if open.is_some() => open.as_mut().unwrap().code.push_str(&text),
                Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
                _ => {}
            }
        }
        blocks
    }
}

#[test]
fn there_is_one_runbook_for_each_detector() {
    let names: Vec<_> = Runbook::all()
        .into_iter()
        .map(|runbook| runbook.name)
        .collect();
    let mut wanted: Vec<_> = detector_names()
        .iter()
        .map(|name| format!("{name}.md"))
        .collect();
    wanted.sort();
    assert_eq!(names, wanted);
}

#[test]
fn each_runbook_has_a_title_and_the_sections_an_operator_looks_for() {
    for runbook in Runbook::all() {
        assert_eq!(
            runbook.headings(HeadingLevel::H1).len(),
            1,
            "{}",
            runbook.name
        );
        let sections = runbook.headings(HeadingLevel::H2);
        assert!(
            sections.starts_with(&SECTIONS.map(str::to_owned)),
            "{}: {sections:?}",
            runbook.name
        );
    }
}

#[test]
fn each_runbook_fits_one_message_on_a_phone() {
    for runbook in Runbook::all() {
        let length = runbook.text.chars().count();
        assert!(
            length <= LONGEST,
            "{} has {length} characters",
            runbook.name
        );
        for block in runbook.blocks() {
            let wide = block
                .code
                .lines()
                .find(|line| line.chars().count() > WIDEST_CODE_LINE);
            assert_eq!(wide, None, "{}", runbook.name);
        }
    }
}

#[test]
fn each_block_of_code_says_what_runs_it() {
    for runbook in Runbook::all() {
        for Block { info, code } in runbook.blocks() {
            assert!(
                ["sh", "sql", "sql sqlite", "sql postgres"].contains(&info.as_str()),
                "{}: a block of {info:?}:\n{code}",
                runbook.name,
            );
        }
    }
}

#[test]
fn the_sql_of_a_runbook_only_reads() {
    for runbook in Runbook::all() {
        for Block { code, .. } in runbook
            .blocks()
            .iter()
            .filter(|block| block.info.starts_with("sql"))
        {
            assert!(
                code.starts_with("SELECT ") && !code.contains(';'),
                "{}:\n{code}",
                runbook.name
            );
        }
    }
}

#[each_database]
async fn the_sql_of_each_runbook_runs_unchanged(database: TestDatabase) {
    let faulty = Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(12)
        .missing_day(TODAY.pred_opt().unwrap());
    faulty.create(database.db()).await.unwrap();
    database.db().migrate().await.unwrap();
    let ours = if database.is_postgres() {
        "sql postgres"
    } else {
        "sql sqlite"
    };

    for runbook in Runbook::all() {
        let blocks = runbook.blocks();
        for Block { code, .. } in blocks
            .iter()
            .filter(|block| block.info == "sql" || block.info == ours)
        {
            let outcome = database.try_execute(code).await;
            assert!(outcome.is_ok(), "{}: {outcome:?}\n{code}", runbook.name);
        }
    }
}
