//! Answers with a picture, and what becomes of them when the picture does not get through.

use std::{sync::Arc, time::Duration};

use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::{ChatTarget, Money},
    metrics::{LabelValues, Metrics},
    settings::Rates,
    standin::{Fault, Message, Scope, Times, utf16_len},
    telegram::{self, Address, OUTCOMES, Picture, Telegram},
    views::Html,
};

use super::{ANNA, STRANGER, TODAY, VIEWER, anna, beside, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, TestProgram, moment, telegram},
};

async fn presses(program: &TestProgram, message: &Message, label: &str) -> Message {
    let press = anna(program)
        .presses(message.chat, message.id, label)
        .unwrap();
    assert_eq!(program.told(&press).await, "");
    let last = program.said_in(message.chat).last().unwrap().id;
    program
        .answer_after(message.chat, last.min(message.id))
        .await
}

/// The width and height of its picture.
fn size(message: &Message) -> Option<(u32, u32)> {
    message
        .photo
        .as_ref()
        .map(|photo| (photo.width, photo.height))
}

#[each_database]
async fn slo_is_a_picture_with_its_figures_below(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).missing_day(TODAY - chrono::Duration::days(3));
    let program = beside(&database, &platform).await.start().await;
    let week = program.asks(&anna(&program), ANNA, "/slo").await;
    let (width, height) = size(&week).unwrap();
    assert!(
        width == 1280 && (600..1400).contains(&height),
        "{width} {height}"
    );
    assert!(
        week.text
            .contains("❌ Ingest success: 83.33% (target ≥ 99%)"),
        "{}",
        week.text
    );
    assert!(!week.entities.is_empty());
    let quarter = program.asks(&anna(&program), ANNA, "/slo 90").await;
    assert!(quarter.photo.is_some() && quarter.photo != week.photo);
}

#[each_database]
async fn slo_in_russian_is_a_picture_in_russian(database: TestDatabase) {
    let setup = beside(&database, &Platform::healthy(TODAY)).await;
    let program = setup.with("BOT_LANG", "ru").start().await;
    let week = program.asks(&anna(&program), ANNA, "/slo").await;
    assert!(
        week.text
            .contains("✅ Загрузка данных: 100,00\u{a0}% (цель ≥ 99\u{a0}%)"),
        "{}",
        week.text
    );
    assert!(size(&week).is_some());
    let health = program.asks(&anna(&program), ANNA, "/health").await;
    let trends = presses(&program, &health, "📈 Динамика").await;
    assert!(
        trends.photo.is_some()
            && trends
                .text
                .contains("Остаток денег, порог −10\u{a0}000,00\u{a0}₽"),
        "{}",
        trends.text
    );
}

#[each_database]
async fn health_leads_to_the_trends_of_a_month(database: TestDatabase) {
    let program = healthy(&database).await;
    for (day, bytes) in [("2025-09-10", 50_000_000), ("2025-09-30", 70_971_520)] {
        database
            .db()
            .record_size(moment(&format!("{day} 09:00:00")), bytes)
            .await
            .unwrap();
    }
    let health = program.asks(&anna(&program), ANNA, "/health").await;
    assert_eq!(size(&health), None);
    let trends = presses(&program, &health, "📈 Trends").await;
    assert_eq!(trends.reply_to, Some(health.id));
    assert!(
        trends
            .text
            .starts_with("📈 3 Sep to 2 Oct\nCash balance, threshold -10,000.00 RUB\ntotal: "),
        "{}",
        trends.text
    );
    assert!(
        trends
            .text
            .ends_with("Database size, threshold 5,120.0 MB\n67.7 MB (+20.0 MB)"),
        "{}",
        trends.text
    );
    let (width, height) = size(&trends).unwrap();
    assert!(width == 1280 && height > 1000, "{width} {height}");
}

#[each_database]
async fn an_incident_of_cash_shows_how_it_came_to_that(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    let setup = beside(&database, &platform)
        .await
        .with("AUTO_REMEDIATION_ENABLED", "false");
    let program = setup
        .at(&Clock::standing_at(moment("2025-10-02 09:00:00")))
        .start()
        .await;
    program.sweep().await;
    let card = program.hears(ALERT_CHAT, "Cash balance -15000.00").await;
    let trend = presses(&program, &card, "📈 Trend").await;
    assert!(trend.photo.is_some());
    assert!(
        trend.text.contains("🚨 OZON: -15,000.00 RUB ("),
        "{}",
        trend.text
    );
}

#[tokio::test]
async fn an_incident_of_something_else_has_no_trend() {
    on_sqlite(async |database| {
        let platform = Platform::healthy(TODAY).commission_outliers(12);
        let program = beside(&database, &platform).await.start().await;
        program.sweep().await;
        let card = program.hears(ALERT_CHAT, "12 commission outliers").await;
        assert!(card.button("📈 Trend").is_none(), "{:?}", card.labels());
    })
    .await;
}

#[tokio::test]
async fn with_nothing_recorded_yet_the_answer_says_so() {
    on_sqlite(async |database| {
        let platform = Platform::healthy(TODAY)
            .without("vw_cashflow_daily")
            .without("cashflow_daily");
        let program = beside(&database, &platform).await.start().await;
        let health = program.asks(&anna(&program), ANNA, "/health").await;
        let trends = presses(&program, &health, "📈 Trends").await;
        assert_eq!(trends.photo, None);
        let said = "📈 3 Sep to 2 Oct\nCash balance: nothing recorded yet\nDatabase size: nothing recorded yet";
        assert_eq!(trends.text, said);
    })
    .await;
}

#[tokio::test]
async fn viewers_see_trends_and_strangers_do_not() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let health = program.asks(&anna(&program), ALERT_CHAT, "/health").await;
        let eve = program.person(STRANGER, "Eve");
        let press = eve.presses(ALERT_CHAT, health.id, "📈 Trends").unwrap();
        assert_eq!(program.told(&press).await, "You are not authorised.");
        let vera = program.person(VIEWER, "Vera");
        vera.presses(ALERT_CHAT, health.id, "📈 Trends").unwrap();
        let trends = program.answer_after(ALERT_CHAT, health.id).await;
        assert!(trends.photo.is_some());
        let counted = &program.cx().metrics.bot_callbacks_total;
        assert_eq!(counted.with_label_values(&["chart", "refused"]).get(), 1);
        eventually("the press is counted", async || {
            counted.with_label_values(&["chart", "ok"]).get() == 1
        })
        .await;
        assert_eq!(program.said_in(ALERT_CHAT).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_bars_pictures_gets_the_figures() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let shown = program.asks(&anna(&program), ALERT_CHAT, "/slo").await;
        program.telegram().bar_pictures(ALERT_CHAT).unwrap();
        let told = program.asks(&anna(&program), ALERT_CHAT, "/slo").await;
        assert_eq!((told.photo, told.text), (None, shown.text));
        assert!(!told.entities.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_caption_whose_markup_is_refused_arrives_as_plain_text_below_its_picture() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let usual = program.asks(&anna(&program), ANNA, "/slo").await;
        let photos = Scope::method("sendPhoto");
        program
            .telegram()
            .fail(photos, Times::Once, Fault::ParseRefusal);
        let plain = program.asks(&anna(&program), ANNA, "/slo").await;
        assert!(plain.photo.is_some() && plain.entities.is_empty());
        assert_eq!(plain.text, usual.text);
    })
    .await;
}

#[tokio::test]
async fn a_picture_put_off_by_telegram_arrives_after_the_wait() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let photos = Scope::method("sendPhoto");
        program
            .telegram()
            .fail(photos, Times::Once, Fault::TooManyRequests(1));
        let shown = program.asks(&anna(&program), ANNA, "/slo").await;
        assert!(shown.photo.is_some());
        assert_eq!(program.telegram().calls_of("sendPhoto").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_is_lost_on_the_way_again_and_again_leaves_its_figures() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let photos = Scope::method("sendPhoto");
        program
            .telegram()
            .fail(photos, Times::UntilCleared, Fault::Dropped);
        let told = program.asks(&anna(&program), ANNA, "/slo").await;
        assert_eq!(told.photo, None);
        assert!(
            told.text.contains("Ingest success: 100.00%"),
            "{}",
            told.text
        );
        assert_eq!(program.telegram().calls_of("sendPhoto").len(), 3);
    })
    .await;
}

/// Files that Telegram does not accept as pictures.
fn unfit() -> [(&'static str, Vec<u8>); 3] {
    let png = |width, height| {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let pixels = vec![0; usize::try_from(width * height).unwrap()];
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&pixels)
            .unwrap();
        png
    };
    [
        ("IMAGE_PROCESS_FAILED", b"not a picture".to_vec()),
        ("PHOTO_INVALID_DIMENSIONS", png(1, 30)),
        ("too big for a photo", vec![0; 10 * 1024 * 1024 + 1]),
    ]
}

#[tokio::test]
async fn a_message_arrives_even_if_its_picture_fails() {
    let api = telegram().await;
    let known = LabelValues {
        detectors: &[],
        actions: &[],
        commands: &[],
        callbacks: &[],
        telegram_outcomes: &OUTCOMES,
        ping_outcomes: &[],
        kept_tables: &[],
    };
    let metrics = Arc::new(Metrics::new(&known).unwrap());
    let bot = telegram::bot(&TELEGRAM_TOKEN.into(), &api.url().parse().unwrap(), None).unwrap();
    let telegram = Telegram::new(bot, &Rates::default(), metrics);
    let address = Address::from(ChatTarget {
        chat_id: ALERT_CHAT,
        thread_id: None,
    });
    let message = || sovani_ops::views::Message::from(Html::caption().bold("1 & 2"));
    for (refusal, png) in unfit() {
        let picture = Picture {
            png,
            message: message(),
        };
        let arrival = telegram
            .reply_with_picture(address, &picture)
            .await
            .unwrap();
        let said = api.message(arrival.chat_id, arrival.message_id).unwrap();
        assert_eq!(
            (said.photo, said.text.as_str()),
            (None, "1 & 2"),
            "{refusal}"
        );
        let refused = api.refused_calls().last().unwrap().error.to_string();
        assert!(refused.contains(refusal), "{refused}");
    }
    let too_long = Html::new().text(&"a".repeat(1025));
    let picture = Picture {
        png: small(),
        message: too_long.into(),
    };
    let arrival = telegram
        .reply_with_picture(address, &picture)
        .await
        .unwrap();
    let said = api.message(arrival.chat_id, arrival.message_id).unwrap();
    assert_eq!((said.photo, utf16_len(&said.text)), (None, 1025));
    let picture = Picture {
        png: small(),
        message: message(),
    };
    let arrival = telegram
        .reply_with_picture(address, &picture)
        .await
        .unwrap();
    assert_eq!(
        size(&api.message(arrival.chat_id, arrival.message_id).unwrap()),
        Some((4, 2))
    );
}

fn small() -> Vec<u8> {
    let mut small = Vec::new();
    let encoder = png::Encoder::new(&mut small, 4, 2);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[0; 8])
        .unwrap();
    small
}

#[tokio::test]
async fn a_press_is_answered_before_its_picture_is_on_the_way() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let health = program.asks(&anna(&program), ANNA, "/health").await;
        let photos = Scope::method("sendPhoto");
        program
            .telegram()
            .fail(photos, Times::Once, Fault::Delay(Duration::from_secs(1)));
        let press = anna(&program)
            .presses(ANNA, health.id, "📈 Trends")
            .unwrap();
        assert_eq!(program.told(&press).await, "");
        assert_eq!(program.said_in(ANNA).len(), 1);
        assert!(program.answer_after(ANNA, health.id).await.photo.is_some());
    })
    .await;
}
