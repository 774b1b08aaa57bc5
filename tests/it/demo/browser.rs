use super::stage;
use crate::support::browser::{self, Browser};

const ALONE: &str = "document.getElementById('panel').remove(); document.querySelector('.people').remove(); \
    document.querySelector('.phone').style.height = '100dvh'";

/// The last message that says it.
fn message(words: &str) -> String {
    format!(
        "[...document.querySelectorAll('#log .row')].findLast((row) => row.innerText.includes({words:?}))"
    )
}

fn button(within: &str, label: &str) -> String {
    format!(
        "[...{within}.querySelectorAll('button')].find((one) => one.textContent.includes({label:?}) && !one.disabled)"
    )
}

fn of_fault(name: &str) -> String {
    format!("document.querySelector('#panel form[action$=\"/switch/{name}\"] button')")
}

#[tokio::test]
async fn an_operator_deals_with_an_alert_on_the_page() {
    if !browser::is_there() {
        return;
    }
    let (stage, visitor) = stage().await;
    let browser = Browser::start(1280, 900, false).await;
    browser.opens(&visitor.base).await;
    browser.sees("document.body.dataset.live").await;
    // Shows that the page was never reloaded.
    browser.runs("window.same = true").await;

    browser.reads("Cash balance -15000.00 RUB").await;
    let alert = message("Cash balance -15000.00 RUB below");
    browser.runs(&format!("window.alerted = {alert}.id")).await;
    browser
        .clicks(&button(
            "document.getElementById(window.alerted)",
            "Acknowledge",
        ))
        .await;
    browser
        .sees("document.getElementById(window.alerted).innerText.includes('edited')")
        .await;
    browser.sees("document.querySelector('.toast')").await;

    browser
        .clicks("document.querySelector('#menu summary')")
        .await;
    browser
        .clicks(&button("document.getElementById('menu')", "/slo"))
        .await;
    browser
        .sees("document.querySelector('#log img')?.naturalWidth > 400")
        .await;
    browser
        .types("document.getElementById('text')", "/whoami\u{e007}")
        .await;
    browser.reads("role admin").await;

    browser.clicks(&of_fault("telegram")).await;
    browser.reads("Telegram is down").await;
    browser
        .sees("document.getElementById('text').disabled")
        .await;
    browser.clicks(&of_fault("jobs")).await;
    browser
        .clicks(&button("document.getElementById('panel')", "Check now"))
        .await;
    browser
        .sees(&format!("!{}", message("reviews_sla_monitor")))
        .await;
    browser.clicks(&of_fault("telegram")).await;
    browser.sees(&message("reviews_sla_monitor")).await;

    assert_eq!(browser.runs("return window.same").await, true);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.closes().await;
    stage.take_down().await.unwrap();
}

#[tokio::test]
async fn a_stranger_on_a_small_dark_phone_is_refused() {
    if !browser::is_there() {
        return;
    }
    let (stage, visitor) = stage().await;
    let browser = Browser::start(360, 740, true).await;
    browser.opens(&visitor.base).await;
    browser.reads("Cash balance -15000.00 RUB").await;

    browser.clicks("[...document.querySelectorAll('.people a')].find((one) => one.innerText.includes('Pavel'))").await;
    browser.sees("document.body.dataset.live && document.querySelector('.people a[aria-current]').innerText.includes('Pavel')").await;
    browser
        .clicks(&button(
            &message("Cash balance -15000.00 RUB below"),
            "Acknowledge",
        ))
        .await;
    browser
        .sees("document.querySelector('.toast') || document.querySelector('dialog[open]')")
        .await;

    assert_eq!(
        browser
            .runs("return document.documentElement.scrollWidth")
            .await,
        360
    );
    assert_eq!(
        browser
            .runs("return document.getElementById('log').scrollWidth <= 360")
            .await,
        true
    );
    let lightness =
        "return getComputedStyle(document.querySelector('.in .balloon')).backgroundColor";
    assert_eq!(browser.runs(lightness).await, "rgb(24, 37, 51)");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.closes().await;
    stage.take_down().await.unwrap();
}

#[tokio::test]
async fn a_page_that_was_cut_off_catches_up_without_repeating_itself() {
    if !browser::is_there() {
        return;
    }
    let (stage, visitor) = stage().await;
    let browser = Browser::start(360, 740, false).await;
    browser.opens(&visitor.base).await;
    browser.reads("Cash balance -15000.00 RUB").await;

    // As when the page is left, and come back to.
    browser.runs("dispatchEvent(new Event('pagehide'))").await;
    browser.sees("!document.body.dataset.live").await;
    stage
        .admin
        .says(sovani_ops::demo::ALERTS, "/whoami")
        .unwrap();
    browser
        .runs("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        .await;
    browser.reads("role admin").await;

    let twice = "const ids = [...document.querySelectorAll('#log .row')].map((row) => row.id); return ids.length - new Set(ids).size";
    assert_eq!(browser.runs(twice).await, 0);
    let order = "const ids = [...document.querySelectorAll('#log .row')].map((row) => Number(row.id.slice(1))); return ids.every((id, at) => !at || ids[at - 1] < id)";
    assert_eq!(browser.runs(order).await, true);
    browser.closes().await;
    stage.take_down().await.unwrap();
}

/// Makes the pictures of the README; `scripts/screenshots` runs it.
#[tokio::test]
#[ignore = "writes docs/images"]
async fn the_pictures_of_the_readme() {
    let (stage, visitor) = stage().await;
    let at = |path: &str| format!("{}{path}", visitor.base);
    let phone = Browser::start(400, 820, false).await;
    phone.opens(&visitor.base).await;
    phone.reads("Cash balance -15000.00 RUB").await;
    phone.reads("commission outliers").await;
    // The phone alone, as high as the window.
    phone.runs(ALONE).await;
    phone
        .runs(&format!(
            "{}.scrollIntoView()",
            message("Cash balance -15000.00 RUB below")
        ))
        .await;
    save(&phone, "alert").await;

    phone
        .clicks(&button(
            &message("Cash balance -15000.00 RUB below"),
            "Acknowledge",
        ))
        .await;
    phone
        .sees(&format!(
            "{}.innerText.includes('edited')",
            message("Cash balance -15000.00 RUB below")
        ))
        .await;
    visitor
        .posts("/1001/-1002001/switch/cash", &[("on", "false")])
        .await;
    for _ in 0..2 {
        visitor.posts("/1001/-1002001/check", &[]).await;
    }
    phone.reads("RESOLVED").await;
    phone
        .runs("for (const toast of document.querySelectorAll('.toast')) toast.remove()")
        .await;
    phone
        .runs("document.querySelector('#log').scrollTop = 1e6")
        .await;
    save(&phone, "resolved").await;

    stage.admin.says(sovani_ops::demo::ALERTS, "/slo").unwrap();
    phone
        .sees("document.querySelector('#log img')?.naturalWidth > 400")
        .await;
    phone
        .runs("document.querySelector('#log img').scrollIntoView()")
        .await;
    save(&phone, "slo").await;
    phone.closes().await;

    let desktop = Browser::start(1280, 860, true).await;
    visitor
        .posts("/1001/-1002001/switch/jobs", &[("on", "true")])
        .await;
    visitor.posts("/1001/-1002001/check", &[]).await;
    desktop.opens(&at("/1001/-1002001")).await;
    desktop.sees(&message("reviews_sla_monitor")).await;
    save(&desktop, "desktop").await;
    desktop.closes().await;
    stage.take_down().await.unwrap();
}

async fn save(browser: &Browser, name: &str) {
    use base64::Engine as _;
    // The pictures in the page and the motion of new messages come to rest.
    browser.sees("[...document.images].every((image) => image.complete) && document.getAnimations().length === 0").await;
    let png = base64::engine::general_purpose::STANDARD
        .decode(browser.looks().await)
        .unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
}
