//! Messages as they are kept in snapshots.

use insta::assert_snapshot;
use sovani_ops::{
    domain::Lang,
    views::{Message, Voice},
};

use super::{fault, samples::voice};

/// The messages one below the other, each under its name.
pub fn sheet<const N: usize>(messages: [(&str, Message); N]) -> String {
    let shown = messages.map(|(name, message)| {
        assert_eq!(fault(&message), None, "{name}");
        let sound = if message.silent { ", silent" } else { "" };
        let buttons: String = message
            .buttons
            .iter()
            .map(|row| {
                let row: Vec<_> = row
                    .iter()
                    .map(|button| format!("[{} = {}]", button.text, button.data))
                    .collect();
                format!("\n{}", row.join(" "))
            })
            .collect();
        format!("--- {name}{sound}\n{}{buttons}\n", message.html)
    });
    shown.join("\n")
}

/// The sheet in English and in Russian.
pub fn in_each_language(name: &str, sheet: impl Fn(&Voice) -> String) {
    for lang in Lang::ALL {
        assert_snapshot!(format!("{name}_{lang}"), sheet(&voice(lang)));
    }
}
