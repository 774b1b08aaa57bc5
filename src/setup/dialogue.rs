//! The dialogue with a person at the terminal, or with a script on standard input.

use std::io::{self, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};

pub struct Dialogue {
    screen: io::Stdout,
    answers: Lines<BufReader<Stdin>>,
}

#[derive(Debug, thiserror::Error)]
pub enum Silence {
    #[error(
        "there is no answer to: {0}; run this in a terminal, or give every answer on a line of standard input"
    )]
    NoAnswer(String),
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

impl Dialogue {
    pub fn new() -> Self {
        Self {
            screen: io::stdout(),
            answers: BufReader::new(stdin()).lines(),
        }
    }

    pub fn say(&self, text: &str) -> Result<(), Silence> {
        let mut out = self.screen.lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// The answer, without the blanks around it.
    pub async fn ask(&mut self, question: &str) -> Result<String, Silence> {
        {
            let mut out = self.screen.lock();
            write!(out, "{question}: ")?;
            out.flush()?;
        }
        let answer = self.answers.next_line().await?;
        if !io::stdin().is_terminal() {
            // The input ended without a line break.
            self.say("")?;
        }
        answer
            .map(|answer| answer.trim().to_owned())
            .ok_or_else(|| Silence::NoAnswer(question.to_owned()))
    }

    /// The same, without echo.
    pub async fn ask_secretly(&mut self, question: &str) -> Result<String, Silence> {
        let unseen = Unseen::begin()?;
        let answer = self.ask(question).await;
        if unseen.is_some() {
            self.say("")?;
        }
        answer
    }

    pub async fn agrees(&mut self, question: &str, by_default: bool) -> Result<bool, Silence> {
        let choice = if by_default { "[Y/n]" } else { "[y/N]" };
        loop {
            let answer = self.ask(&format!("{question} {choice}")).await?;
            match answer.to_lowercase().as_str() {
                "" => return Ok(by_default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => self.say("Please answer y or n.")?,
            }
        }
    }
}

/// A terminal that does not echo, until this is dropped.
struct Unseen(Termios);

impl Unseen {
    /// `None` where there is no terminal.
    fn begin() -> io::Result<Option<Self>> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(None);
        }
        let before = tcgetattr(&stdin)?;
        let mut silent = before.clone();
        silent.local_modes &= !LocalModes::ECHO;
        tcsetattr(&stdin, OptionalActions::Flush, &silent)?;
        Ok(Some(Self(before)))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // If this fails there is nothing left to do.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
