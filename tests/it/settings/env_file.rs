use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use proptest::prelude::*;
use sovani_ops::settings::{EnvFile, EnvFileError, Source};
use tempfile::TempDir;

/// Not a setting, so that the environment of the tests does not have it.
const NAME: &str = "SOVANI_TEST_OF_THE_FILE";
const OTHER: &str = "SOVANI_TEST_OF_ANOTHER";

struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        fs::write(folder.path(), text).unwrap();
        folder
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join(".env")
    }

    fn set(&self, values: &[(&'static str, &str)]) -> Result<(), EnvFileError> {
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        EnvFile::at(self.path()).set(&values)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// The other files in the folder.
    fn leftovers(&self) -> usize {
        fs::read_dir(self.0.path()).unwrap().count() - 1
    }
}

#[test]
fn lines_that_are_not_set_stay_where_they_are() {
    let cases = [
        ("", "SOVANI_TEST_OF_THE_FILE=new\n"),
        ("A=1", "A=1\nSOVANI_TEST_OF_THE_FILE=new\n"),
        (
            "# mine\nA='1'\n\nSOVANI_TEST_OF_THE_FILE=old # why\nB=2\n",
            "# mine\nA='1'\n\nSOVANI_TEST_OF_THE_FILE=new\nB=2\n",
        ),
        (
            "#SOVANI_TEST_OF_THE_FILE=old\n",
            "#SOVANI_TEST_OF_THE_FILE=old\nSOVANI_TEST_OF_THE_FILE=new\n",
        ),
        (
            "SOVANI_TEST_OF_THE_FILE=1\nA=1\nSOVANI_TEST_OF_THE_FILE=2\nB=2\n",
            "A=1\nSOVANI_TEST_OF_THE_FILE=new\nB=2\n",
        ),
        (
            "export SOVANI_TEST_OF_THE_FILE = old\nA=1\n",
            "export SOVANI_TEST_OF_THE_FILE=new\nA=1\n",
        ),
        (
            "A=1\r\nSOVANI_TEST_OF_THE_FILE=old\r\n",
            "A=1\r\nSOVANI_TEST_OF_THE_FILE=new\r\n",
        ),
        (
            "\u{feff}SOVANI_TEST_OF_THE_FILE=old\nA=1\n",
            "SOVANI_TEST_OF_THE_FILE=new\nA=1\n",
        ),
        (
            "A='1\nSOVANI_TEST_OF_THE_FILE=inner\n'\nSOVANI_TEST_OF_THE_FILE='old\n2'\nB=2\n",
            "A='1\nSOVANI_TEST_OF_THE_FILE=inner\n'\nSOVANI_TEST_OF_THE_FILE=new\nB=2\n",
        ),
        (
            "A=\"1\nSOVANI_TEST_OF_THE_FILE=inner\"",
            "A=\"1\nSOVANI_TEST_OF_THE_FILE=inner\"\nSOVANI_TEST_OF_THE_FILE=new\n",
        ),
        (
            "  SOVANI_TEST_OF_THE_FILE=1\n\n'SOVANI_TEST_OF_THE_FILE'=2",
            "  \nSOVANI_TEST_OF_THE_FILE=new\n",
        ),
        (
            "nonsense without a sign\nXSOVANI_TEST_OF_THE_FILE=1\n",
            "nonsense without a sign\nXSOVANI_TEST_OF_THE_FILE=1\nSOVANI_TEST_OF_THE_FILE=new\n",
        ),
    ];
    for (before, after) in cases {
        let folder = Folder::with(before);
        folder.set(&[(NAME, "new")]).unwrap();
        assert_eq!(folder.text(), after, "{before:?}");
    }
}

#[test]
fn only_the_owner_can_read_it_afterwards() {
    let folder = Folder::with("A=1\n");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o666)).unwrap();

    folder.set(&[(NAME, "x")]).unwrap();

    let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(folder.leftovers(), 0);
}

#[test]
fn a_link_a_folder_and_a_value_on_two_lines_are_refused_and_nothing_is_changed() {
    let folder = Folder::with("A=1\n");
    let link = folder.0.path().join("link");
    symlink(folder.path(), &link).unwrap();
    let values = [(NAME, "x".to_owned())];

    let by_link = EnvFile::at(&link).set(&values);
    let by_folder = EnvFile::at(folder.0.path()).set(&values);
    let on_two_lines = folder.set(&[(OTHER, "x"), (NAME, "a\nTELEGRAM_TOKEN=b")]);

    assert!(matches!(by_link, Err(EnvFileError::Link(_, target)) if target == folder.path()));
    assert!(matches!(by_folder, Err(EnvFileError::NotAFile(_))));
    assert!(matches!(on_two_lines, Err(EnvFileError::Value(NAME))));
    assert!(matches!(
        folder.set(&[(NAME, "pa${ss}")]),
        Err(EnvFileError::Value(NAME))
    ));
    assert_eq!(folder.text(), "A=1\n");
    assert_eq!(folder.leftovers(), 1);
}

#[test]
fn a_file_that_would_swallow_the_setting_is_refused_and_left_as_it_is() {
    for (text, told) in [
        (&b"FOREIGN='open\nA=1\n"[..], "never closed"),
        ("A=\u{43f}".as_bytes(), ""),
        (&b"A=\xcf\xe0\n"[..], "line 1 is not in UTF-8"),
        (&b"\xff\xfeA\0"[..], "UTF-16"),
    ] {
        let folder = Folder::with("");
        fs::write(folder.path(), text).unwrap();
        let outcome = folder
            .set(&[(NAME, "x y")])
            .map_err(|error| error.to_string());
        if told.is_empty() {
            outcome.unwrap();
        } else {
            assert!(outcome.unwrap_err().contains(told));
            assert_eq!(fs::read(folder.path()).unwrap(), text);
        }
    }
}

proptest! {
    #[test]
    fn a_written_value_is_read_back(value in r#"([ -~]|[а-яё'"$\\#{} =`!])*"#, other in "[ -~]{0,20}") {
        // A value that would be expanded cannot be written.
        prop_assume!(!value.contains("${") && !other.contains("${"));
        let folder = Folder::with("A=1 # one\n");

        folder.set(&[(NAME, &value), (OTHER, &other)]).unwrap();
        folder.set(&[(OTHER, &other)]).unwrap();

        let source = Source::from_file(folder.path(), &sovani_ops::actions::known()).unwrap();
        prop_assert_eq!(source.in_file().get(NAME).map(String::as_str), Some(value.as_str()));
        prop_assert_eq!(source.in_file().get(OTHER).map(String::as_str), Some(other.as_str()));
        prop_assert_eq!(source.in_file().get("A").map(String::as_str), Some("1"));
        prop_assert!(source.warnings().is_empty());
    }
}
