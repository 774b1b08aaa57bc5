//! Answers with a picture.

use crate::{
    charts::{self, Chart},
    context::Context,
    telegram::{Address, Arrival, Failure, Picture},
    views::Message,
};

/// Draws the chart and sends it above the message. The message matters more: it is sent without a picture if drawing
/// fails.
pub async fn show(
    cx: &Context,
    address: Address,
    chart: Option<Chart>,
    message: Message,
) -> Result<Arrival, Failure> {
    let Some(png) = drawn(cx, chart).await else {
        return cx.telegram.reply(address, &message).await;
    };
    let picture = Picture { png, message };
    cx.telegram.reply_with_picture(address, &picture).await
}

/// On a blocking thread: drawing keeps a processor busy for a good part of a second.
async fn drawn(cx: &Context, chart: Option<Chart>) -> Option<Vec<u8>> {
    let (chart, voice) = (chart?, cx.voice());
    match tokio::task::spawn_blocking(move || charts::draw(&voice, &chart)).await {
        Ok(Ok(png)) => Some(png),
        Ok(Err(error)) => {
            tracing::error!(%error, "a picture cannot be drawn");
            None
        }
        Err(error) => {
            tracing::error!(%error, "drawing a picture crashed");
            None
        }
    }
}
