//! Inline keyboards, and what Telegram checks in them.

use serde_json::{Map, Value, json};

use super::{error::ApiError, link, params::Params};

/// The most buttons of one keyboard.
const MOST_BUTTONS: usize = 100;
/// The longest callback data, in bytes.
const LONGEST_DATA: usize = 64;

/// The fields of a button that say what it does; exactly one of them must be there.
const ACTIONS: [&str; 10] = [
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keyboard {
    pub rows: Vec<Vec<Button>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub text: String,
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Callback(String),
    Url(String),
    /// Any other field of the Bot API, with its value.
    Other(&'static str, Value),
}

impl Keyboard {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten()
    }

    /// The button with this label or, failing that, this callback data.
    pub fn find(&self, label_or_data: &str) -> Option<&Button> {
        self.buttons()
            .find(|button| button.text == label_or_data)
            .or_else(|| {
                self.buttons()
                    .find(|button| button.data() == Some(label_or_data))
            })
    }

    /// The keyboard of a new message. Reply keyboards are accepted and show no buttons here.
    pub(super) fn for_send(params: &Params) -> Result<Self, ApiError> {
        match params.json("reply_markup")? {
            Some(Value::Object(markup)) if is_reply_keyboard(&markup) => Ok(Self::default()),
            markup => Self::parse(markup),
        }
    }

    pub(super) fn for_edit(params: &Params) -> Result<Self, ApiError> {
        Self::parse(params.json("reply_markup")?)
    }

    pub(super) fn to_json(&self) -> Value {
        let rows: Vec<Vec<Value>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(Button::to_json).collect())
            .collect();
        json!({"inline_keyboard": rows})
    }

    fn parse(markup: Option<Value>) -> Result<Self, ApiError> {
        let Some(markup) = markup else {
            return Ok(Self::default());
        };
        let rows = markup.get("inline_keyboard").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| ApiError::bad("inline keyboard expected"))?;
        let rows: Vec<Vec<Button>> = rows
            .iter()
            .map(parse_row)
            .filter(|row| row.as_ref().map_or(true, |row| !row.is_empty()))
            .collect::<Result<_, _>>()?;
        if rows.iter().flatten().count() > MOST_BUTTONS {
            return Err(ApiError::bad("reply markup is too long"));
        }
        Ok(Self { rows })
    }
}

impl Button {
    pub fn data(&self) -> Option<&str> {
        match &self.action {
            Action::Callback(data) => Some(data),
            _ => None,
        }
    }

    fn parse(button: &Value) -> Result<Self, ApiError> {
        let fields = button
            .as_object()
            .ok_or_else(|| unparsable("expected an Object"))?;
        let text = fields.get("text").and_then(Value::as_str);
        let text = text.ok_or_else(|| unparsable("Can't find field \"text\""))?;
        let text = text.trim().to_owned();
        if text.is_empty() {
            return Err(ApiError::bad(
                "inline keyboard button text must be non-empty",
            ));
        }
        let action = Action::parse(fields)?;
        Ok(Self { text, action })
    }

    fn to_json(&self) -> Value {
        let (field, value) = match &self.action {
            Action::Callback(data) => ("callback_data", json!(data)),
            Action::Url(url) => ("url", json!(url)),
            Action::Other(field, value) => (*field, value.clone()),
        };
        json!({"text": self.text, field: value})
    }
}

impl Action {
    fn parse(fields: &Map<String, Value>) -> Result<Self, ApiError> {
        let mut found = ACTIONS
            .iter()
            .filter_map(|field| Some((*field, fields.get(*field)?)));
        let Some((field, value)) = found.next() else {
            return Err(unparsable(
                "Text buttons are unallowed in the inline keyboard",
            ));
        };
        if found.next().is_some() {
            return Err(unparsable("a button must have exactly one action"));
        }
        match (field, value.as_str()) {
            ("callback_data", Some(data)) if (1..=LONGEST_DATA).contains(&data.len()) => {
                Ok(Self::Callback(data.to_owned()))
            }
            ("callback_data", _) => Err(ApiError::bad("BUTTON_DATA_INVALID")),
            ("url", url) => link::on_button(url.unwrap_or_default()).map(Self::Url),
            _ => Ok(Self::Other(field, value.clone())),
        }
    }
}

fn unparsable(reason: &str) -> ApiError {
    ApiError::bad(format_args!("can't parse inline keyboard button: {reason}"))
}

fn parse_row(row: &Value) -> Result<Vec<Button>, ApiError> {
    let row = row.as_array();
    let row = row.ok_or_else(|| {
        ApiError::bad(
            "can't parse inline keyboard: expected an Array of Array of InlineKeyboardButton",
        )
    })?;
    row.iter().map(Button::parse).collect()
}

fn is_reply_keyboard(markup: &Map<String, Value>) -> bool {
    ["keyboard", "remove_keyboard", "force_reply"]
        .iter()
        .any(|field| markup.contains_key(*field))
}
