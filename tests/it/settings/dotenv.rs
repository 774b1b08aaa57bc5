//! `.env` is read as python-dotenv reads it: `answers.json` has what that one says.

use std::{
    collections::HashMap,
    env, fs,
    io::Write,
    process::{Command, Stdio},
};

use sovani_ops::settings::Source;
use tempfile::TempDir;

type Answer = HashMap<String, String>;

const SCRIPT: &str = "tests/it/settings/dotenv/ask.py";
/// Of what the grammar makes a difference.
const PIECES: [&str; 30] = [
    "A", "B", "=", "=", "'", "'", "\"", "\"", "\\", "#", " ", " ", "\n", "\n", "\r", "\t",
    "export ", "${", "}", ":-", ":", "$", "x", "\u{a0}", "\u{1c}", "\u{2028}", "\u{feff}", "A=",
    "B='", "C=\"",
];

fn table() -> Vec<(String, Answer)> {
    let text = fs::read_to_string("tests/it/settings/dotenv/answers.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn assert_read_alike(text: &str, answer: &Answer) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, text).unwrap();
    let source = Source::from_file(path, &sovani_ops::actions::known()).unwrap();
    assert_eq!(source.in_file(), answer, "{text:?}");
}

#[test]
fn each_text_is_read_as_python_dotenv_reads_it() {
    for (text, answer) in table() {
        assert_read_alike(&text, &answer);
    }
}

/// python-dotenv's own results for these texts.
fn asked(python: &str, texts: &[String]) -> Vec<Answer> {
    let mut child = Command::new(python)
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let question = serde_json::to_vec(texts).unwrap();
    child.stdin.take().unwrap().write_all(&question).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{SCRIPT} needs python-dotenv");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `python3 -m venv x && x/bin/pip install python-dotenv`, then with `TEST_PYTHON=x/bin/python`.
#[test]
#[ignore = "needs python-dotenv of PyPI, by TEST_PYTHON"]
fn python_dotenv_itself_agrees() {
    let python =
        env::var("TEST_PYTHON").expect("TEST_PYTHON names a Python that has python-dotenv");
    let (known, answers): (Vec<String>, Vec<Answer>) = table().into_iter().unzip();
    assert_eq!(
        asked(&python, &known),
        answers,
        "answers.json is of another version"
    );

    let random = |_| {
        let length = fastrand::usize(1..30);
        let pieces = (0..length).map(|_| PIECES[fastrand::usize(..PIECES.len())]);
        pieces.collect::<String>()
    };
    let texts: Vec<String> = (0..5_000).map(random).collect();
    for (text, answer) in texts.iter().zip(asked(&python, &texts)) {
        assert_read_alike(text, &answer);
    }
}
