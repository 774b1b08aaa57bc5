/// All errors in the settings.
#[derive(Debug, thiserror::Error)]
#[error("{} wrong; mend the environment, .env or sovani-ops.toml and start again:{}", plural(.0.len()), list(.0))]
pub struct SettingsError(pub Vec<InvalidSetting>);

#[derive(Debug, PartialEq, Eq)]
pub struct InvalidSetting {
    pub name: &'static str,
    pub problem: String,
}

fn plural(count: usize) -> String {
    if count == 1 {
        "1 setting is".to_owned()
    } else {
        format!("{count} settings are")
    }
}

fn list(faults: &[InvalidSetting]) -> String {
    faults
        .iter()
        .map(|fault| format!("\n  {}: {}", fault.name, fault.problem))
        .collect()
}
