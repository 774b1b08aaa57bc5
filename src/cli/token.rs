//! `sovani-ops token`.

use std::process::ExitCode;

use crate::{
    domain::TokenName,
    settings::{FreshToken, Grant},
};

/// The token goes nowhere but to the terminal: it cannot be shown again.
pub fn make(name: TokenName, grant: Grant) -> anyhow::Result<ExitCode> {
    let FreshToken { token, line } = FreshToken::make(name, grant)?;
    println!(
        "The token, which is shown this once:\n{token}\n\nFor the file of API_TOKENS:\n{line}"
    );
    Ok(ExitCode::SUCCESS)
}
