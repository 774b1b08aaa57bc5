//! The text of `.env.example`.

use super::SETTINGS;

/// Every setting with its explanation and default, ready to be copied to `.env`.
#[allow(dead_code, reason = "the tests write .env.example from it")]
pub fn example() -> String {
    let mut text = String::from(
        "# Copy to .env and fill in. The environment has precedence over the file.\n\
         # A value with a blank, # or $ in it stands between single quotes. No value is the default.\n",
    );
    let mut section = "";
    for setting in SETTINGS {
        if setting.section != section {
            section = setting.section;
            text += &format!("\n# === {section} ===\n");
        }
        let quote = if setting.default.contains([' ', '#', '$']) {
            "'"
        } else {
            ""
        };
        text += &format!(
            "\n# {}\n{}={quote}{}{quote}\n",
            setting.about, setting.name, setting.default
        );
    }
    text
}
