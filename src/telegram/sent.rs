//! What is sent, in the client's terms.

use teloxide::{
    RequestError,
    payloads::{SendMessageSetters, SendPhotoSetters},
    requests::Requester,
    types::{ChatId, InputFile, MessageId, ParseMode, ReplyParameters, ThreadId},
};

use super::{Address, Failure, Picture, Telegram, keyboard, no_preview};
use crate::views::{Message, plain_text};

/// What the file is called on the phone of whoever keeps it.
const FILE_NAME: &str = "chart.png";

#[derive(Clone, Copy)]
pub enum Sent<'a> {
    Text(&'a Message),
    Picture(&'a Picture),
}

impl Telegram {
    pub(super) async fn request(
        &self,
        address: Address,
        sent: Sent<'_>,
        markup: bool,
    ) -> Result<teloxide::types::Message, Failure> {
        match sent {
            Sent::Text(message) => self.call(self.send_request(address, message, markup)).await,
            Sent::Picture(picture) => {
                self.call(self.photo_request(address, picture, markup))
                    .await
            }
        }
    }

    fn send_request(
        &self,
        Address { to, reply_to }: Address,
        message: &Message,
        markup: bool,
    ) -> impl Future<Output = Result<teloxide::types::Message, RequestError>> + use<> {
        let text = if markup {
            message.html.clone()
        } else {
            plain_text(&message.html)
        };
        let mut request = self
            .bot
            .send_message(ChatId(to.chat_id), text)
            .disable_notification(message.silent)
            .link_preview_options(no_preview());
        if markup {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(thread) = to.thread_id {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(message) = reply_to {
            request = request.reply_parameters(
                ReplyParameters::new(MessageId(message)).allow_sending_without_reply(),
            );
        }
        if let Some(markup) = keyboard(message) {
            request = request.reply_markup(markup);
        }
        request.into_future()
    }

    fn photo_request(
        &self,
        Address { to, reply_to }: Address,
        Picture { png, message }: &Picture,
        markup: bool,
    ) -> impl Future<Output = Result<teloxide::types::Message, RequestError>> + use<> {
        let file = InputFile::memory(png.clone()).file_name(FILE_NAME);
        let caption = if markup {
            message.html.clone()
        } else {
            plain_text(&message.html)
        };
        let mut request = self
            .bot
            .send_photo(ChatId(to.chat_id), file)
            .caption(caption)
            .disable_notification(message.silent);
        if markup {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(thread) = to.thread_id {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(message) = reply_to {
            request = request.reply_parameters(
                ReplyParameters::new(MessageId(message)).allow_sending_without_reply(),
            );
        }
        if let Some(markup) = keyboard(message) {
            request = request.reply_markup(markup);
        }
        request.into_future()
    }
}
