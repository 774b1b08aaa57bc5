//! The content of a message, as the client library takes it.

use teloxide::{
    RequestError,
    payloads::{SendMessageSetters, SendPhotoSetters},
    requests::Requester,
    types::{ChatId, InputFile, MessageId, ParseMode, ReplyParameters, ThreadId},
};

use super::{Address, Failure, Telegram, keyboard, no_preview};
use crate::{
    domain::ChatTarget,
    views::{Message, plain_text},
};

/// The name of the saved file on a phone.
const FILE_NAME: &str = "chart.png";

/// A picture with a message, which `views` has limited to the length of a caption.
#[derive(Clone, Debug)]
pub struct Picture {
    pub png: Vec<u8>,
    pub message: Message,
}

#[derive(Clone, Copy)]
pub enum Sent<'a> {
    Text(&'a Message),
    Picture(&'a Picture),
}

/// Sets the parameters that both kinds of requests share.
macro_rules! addressed {
    ($request:expr, $address:expr, $message:expr, $markup:expr) => {{
        let (mut request, Address { to, reply_to }) = ($request, $address);
        request = request.disable_notification($message.silent);
        if $markup {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(thread) = ChatTarget::new(to.chat_id, to.thread_id).thread_id {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(message) = reply_to {
            request = request.reply_parameters(
                ReplyParameters::new(MessageId(message)).allow_sending_without_reply(),
            );
        }
        if let Some(keyboard) = keyboard($message) {
            request = request.reply_markup(keyboard);
        }
        request
    }};
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
        address: Address,
        message: &Message,
        markup: bool,
    ) -> impl Future<Output = Result<teloxide::types::Message, RequestError>> + use<> {
        let request = self
            .bot
            .send_message(ChatId(address.to.chat_id), text(message, markup))
            .link_preview_options(no_preview());
        addressed!(request, address, message, markup).into_future()
    }

    fn photo_request(
        &self,
        address: Address,
        Picture { png, message }: &Picture,
        markup: bool,
    ) -> impl Future<Output = Result<teloxide::types::Message, RequestError>> + use<> {
        let file = InputFile::memory(png.clone()).file_name(FILE_NAME);
        let request = self
            .bot
            .send_photo(ChatId(address.to.chat_id), file)
            .caption(text(message, markup));
        addressed!(request, address, message, markup).into_future()
    }
}

fn text(message: &Message, markup: bool) -> String {
    if markup {
        message.html.clone()
    } else {
        plain_text(&message.html)
    }
}
