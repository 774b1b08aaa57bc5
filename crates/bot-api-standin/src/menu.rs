//! Command lists: one for each scope and language, and the choice of the one that a person is shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    chat::Membership,
    error::ApiError,
    id::{ChatId, UserId},
    params::Params,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    pub command: String,
    pub description: String,
}

/// The audience of a command list, as in `BotCommandScope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Default,
    AllPrivateChats,
    AllGroupChats,
    AllChatAdministrators,
    Chat(ChatId),
    ChatAdministrators(ChatId),
    ChatMember(ChatId, UserId),
}

impl Scope {
    pub fn from_params(params: &Params) -> Result<Self, ApiError> {
        let scope = params.json("scope")?;
        let scope = scope.unwrap_or_else(|| json!({"type": "default"}));
        let id = |field: &str| {
            let id = scope[field].as_i64();
            id.ok_or_else(|| ApiError::bad(format_args!("invalid {field} specified")))
        };
        match scope["type"].as_str() {
            Some("default") => Ok(Self::Default),
            Some("all_private_chats") => Ok(Self::AllPrivateChats),
            Some("all_group_chats") => Ok(Self::AllGroupChats),
            Some("all_chat_administrators") => Ok(Self::AllChatAdministrators),
            Some("chat") => Ok(Self::Chat(id("chat_id")?)),
            Some("chat_administrators") => Ok(Self::ChatAdministrators(id("chat_id")?)),
            Some("chat_member") => Ok(Self::ChatMember(id("chat_id")?, id("user_id")?)),
            _ => Err(ApiError::bad("can't parse BotCommandScope")),
        }
    }

    /// The chat of a scope for a single chat.
    pub fn chat(self) -> Option<ChatId> {
        match self {
            Self::Chat(chat) | Self::ChatAdministrators(chat) | Self::ChatMember(chat, _) => {
                Some(chat)
            }
            Self::Default
            | Self::AllPrivateChats
            | Self::AllGroupChats
            | Self::AllChatAdministrators => None,
        }
    }

    /// The scopes that cover a person in a chat, narrowest first, in the order of the Bot API's "Determining list of
    /// commands".
    fn covering(chat: ChatId, user: UserId, membership: Option<Membership>) -> Vec<Self> {
        if chat == user {
            return vec![Self::Chat(chat), Self::AllPrivateChats, Self::Default];
        }
        let administers = matches!(
            membership,
            Some(Membership::Creator | Membership::Administrator)
        );
        [
            (true, Self::ChatMember(chat, user)),
            (administers, Self::ChatAdministrators(chat)),
            (true, Self::Chat(chat)),
            (administers, Self::AllChatAdministrators),
            (true, Self::AllGroupChats),
            (true, Self::Default),
        ]
        .into_iter()
        .filter_map(|(covers, scope)| covers.then_some(scope))
        .collect()
    }
}

#[derive(Default)]
pub struct Menus(BTreeMap<(Scope, String), Vec<Command>>);

impl Menus {
    /// An empty list is none.
    pub fn set(&mut self, scope: Scope, language: &str, commands: Vec<Command>) {
        let place = (scope, language.to_owned());
        if commands.is_empty() {
            self.0.remove(&place);
        } else {
            self.0.insert(place, commands);
        }
    }

    pub fn get(&self, scope: Scope, language: &str) -> &[Command] {
        let commands = self.0.get(&(scope, language.to_owned()));
        commands.map_or(&[], Vec::as_slice)
    }

    pub fn to_json(&self, scope: Scope, language: &str) -> Value {
        json!(self.get(scope, language))
    }

    /// The commands that a person whose app speaks `language` is shown on typing a slash in a chat.
    pub fn shown_to(
        &self,
        chat: ChatId,
        user: UserId,
        membership: Option<Membership>,
        language: &str,
    ) -> &[Command] {
        Scope::covering(chat, user, membership)
            .into_iter()
            .flat_map(|scope| [self.get(scope, language), self.get(scope, "")])
            .find(|commands| !commands.is_empty())
            .unwrap_or_default()
    }
}
