use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    bot::naming,
    context::Context,
    db::Subject,
    domain::{ChatTarget, Role},
    ops::incidents,
    outbox::card,
    views::{self, Message, incidents::PAGE, say},
};

pub const COMMAND: Command = Command {
    name: "incident",
    args: "[incident]",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let CommandRequest {
        cx, args, address, ..
    } = request;
    if args.is_empty() && address.replied_to.is_none() {
        return Ok(Reply::Say(page(cx, 0).await?));
    }
    let id = naming::incident(request).await?;
    let Some(incident) = cx.db.incident(id).await? else {
        let text = say!(cx.voice(), "no-such-incident", id = id.to_string());
        return Err(CommandError::Usage(Some(text)));
    };
    let arrival = cx
        .telegram
        .reply(address.address(), &card(cx, &incident).await?)
        .await?;
    if incident.life.is_open() {
        let now = cx.clock.now();
        let chat = ChatTarget {
            chat_id: arrival.chat_id,
            ..address.chat
        };
        cx.db
            .keep_true(Subject::Card(id), chat, arrival.message_id, now)
            .await?;
    }
    Ok(Reply::Said)
}

/// The open incidents after the first `offset`.
pub async fn page(cx: &Context, offset: i64) -> sqlx::Result<Message> {
    let page = incidents::open_page(cx, offset, PAGE).await?;
    Ok(views::incidents::incidents(&cx.voice(), &page))
}
