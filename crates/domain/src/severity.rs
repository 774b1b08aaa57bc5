use super::words;

words! {
    /// How bad a finding is, from the least to the worst
    pub enum Severity in any case {
        Info = "info",
        Warning = "warning",
        Error = "error",
        Critical = "critical",
    }
}
