//! The panel beside the phone: switches that the embedding program provides.

use futures::future::BoxFuture;
use maud::{Markup, html};
use tokio::sync::watch;

/// A fault that can be planted and healed.
#[derive(Clone, Debug)]
pub struct Switch {
    /// In the address of its form.
    pub name: &'static str,
    pub title: String,
    /// The fault that it plants while it is on.
    pub about: String,
    pub on: bool,
}

/// The times of scheduled checks, in Unix seconds.
#[derive(Clone, Copy, Debug)]
pub struct Timetable {
    pub first: i64,
    pub every: i64,
}

impl Timetable {
    /// How many seconds there are to the next check.
    pub fn wait(&self, now: i64) -> i64 {
        let every = self.every.max(1);
        if now < self.first {
            self.first - now
        } else {
            every - (now - self.first) % every
        }
    }
}

/// The panel's own words.
#[derive(Clone, Debug)]
pub struct Sentences {
    /// Names the panel to a screen reader.
    pub label: String,
    /// The link to the panel, on a screen that does not show it beside the chat.
    pub link: String,
    pub title: String,
    pub above: String,
    pub below: String,
    /// The states of a switch, and the buttons that change it.
    pub on: String,
    pub off: String,
    pub turn_on: String,
    pub turn_off: String,
    /// Before the number of seconds until the next check.
    pub next_check: String,
    pub seconds: String,
    pub check: String,
}

pub trait Panel: Send + Sync + 'static {
    fn sentences(&self) -> Sentences;
    fn switches(&self) -> Vec<Switch>;
    fn timetable(&self) -> Timetable;
    /// Turns a switch on or off. Says whether there is one of that name.
    fn turn<'a>(&'a self, name: &'a str, on: bool) -> BoxFuture<'a, anyhow::Result<bool>>;
    /// Checks now, and comes back when that is done.
    fn check(&self) -> BoxFuture<'_, ()>;
    /// Changes with the switches.
    fn changes(&self) -> watch::Receiver<()>;
}

/// `base` is the address of the chat that is shown, to come back to.
pub fn panel(panel: &dyn Panel, base: &str, now: i64) -> Markup {
    let timetable = panel.timetable();
    let sentences = panel.sentences();
    html! {
        h2 { (sentences.title) }
        p.lead { (sentences.above) }
        ul.switches {
            @for switch in panel.switches() {
                li.switch.on[switch.on] {
                    div {
                        h3 { (switch.title) }
                        p { (switch.about) }
                    }
                    p.state { @if switch.on { (sentences.on) } @else { (sentences.off) } }
                    form method="post" action={ (base) "/switch/" (switch.name) } {
                        @if switch.on {
                            button name="on" value="false" { (sentences.turn_off) span.visually-hidden { ": " (switch.title) } }
                        } @else {
                            button name="on" value="true" { (sentences.turn_on) span.visually-hidden { ": " (switch.title) } }
                        }
                    }
                }
            }
        }
        form.check method="post" action={ (base) "/check" } {
            p { (sentences.next_check) " " strong data-first=(timetable.first) data-every=(timetable.every) { (timetable.wait(now)) } " " (sentences.seconds) }
            button { (sentences.check) }
        }
        p.note { (sentences.below) }
    }
}
