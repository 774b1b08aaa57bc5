use super::words;

words! {
    /// The language of the chats
    pub enum Lang in any case {
        En = "en",
        Ru = "ru",
    }
}
