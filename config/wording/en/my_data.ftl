# The page of "My data": what one person reads about themselves, on the screen or printed.

my-data-page = What we hold about you
my-data-made = Made on { $moment }. Only you were given this page. Keep it where nobody else reads it.
my-data-times = All times are those of your community’s clocks.
my-data-file = The file my-data.json says the same, for computers.
my-data-keep = We keep answers and ideas for { $months } months after a question closes. Then they are nobody’s.
my-data-erase = To erase it: press “My answers”, then “Erase me”. Have you left? Send the bot /my erase in a private message.

my-data-you = You
my-data-account = Your number on Discord: { $number }.
my-data-known = We first met on { $first }. You were last here in the week of { $last }.
my-data-adults = You said that you are 18 or over.
my-data-teens = You said that you are 13 to 17.
my-data-notice = You read who sees what on { $moment } (version { $version }).
my-data-language = The language that you chose: { $language }.
my-data-leads = You lead “{ $title }”.
my-data-deputy = You are the deputy for “{ $title }”.
my-data-contact = If people are worried about somebody, their words reach you.
my-data-hears-next = If nobody has these words within a day, they reach you.
my-data-witness = We send you the number that proves the record, every week.

my-data-answers = Your answers
my-data-first = First on { $moment }.
my-data-last = Last on { $moment }.
my-data-as = Counted with: { $group }.
my-data-open = Open until { $moment }. You can change it until then.
my-data-over = This question is over.

my-data-sealed = Your answers without names
my-data-sealed-how = You answered these. Nobody here can read your answer, so this page can’t show it. After the close, nobody can find it.
my-data-sealed-until = Open until { $moment }.
my-data-sealed-lost = The key to this question is lost. Nobody can tell if you answered.
my-data-sealed-tries = Wrong codes since then: { $count }.

my-data-ideas = Your ideas
my-data-idea = Idea { $number }, for “{ $question }”
my-data-idea-state = { $state ->
    [received] It waits to be read.
    [accepted] Others can read it.
    [declined] It was declined.
    [withdrawn] You took it back.
    [merged] It was joined with others.
    [split] It was split.
    [taken] It goes to a decision.
    [decided] It was decided.
    [delivered] It was done.
   *[other] { $state }
}
my-data-idea-why = The reason: { $why }.
my-data-idea-asked = A moderator asks you: “{ $text }”
my-data-idea-chat = It was a message in the chat before.
my-data-idea-link = The message: { $link }
my-data-idea-place = The meeting: { $place }. People there: { $present }.
my-data-idea-new = You had not taken part here before.
my-data-idea-supporters = People who think so too: { $count }.
my-data-idea-made = Your words are also in: { $numbers }.
my-data-idea-words = What you said on { $moment }:
my-data-idea-due = You hear back by { $moment }.
my-data-step = { $moment }: { $what }

my-data-follows = Ideas that you support or follow
my-data-support = You support idea { $number } since { $moment }.
my-data-follow = You follow idea { $number }. We told you of { $count } steps.

my-data-check-ins = Check-ins
my-data-check-in = “{ $question }”: { $state ->
    [on] we ask you by private message.
    [paused] you paused it until { $until }.
    [stopped] you stopped it.
    [closed] your messages are closed to us, so we stopped.
   *[other] { $state }
}
my-data-skipped = Times in a row that you did not answer: { $count }.
my-data-reached = We wrote to you about “{ $question }” on { $moment } ({ $what ->
    [asked] to ask
    [reminded] to remind you
   *[other] { $what }
}).
my-data-message = { $state ->
    [sent] A private message to you was sent on { $sent }
   *[other] A private message to you was made on { $made }, and not sent yet
} ({ $what }).

my-data-asked = What we asked you, and what you asked us
my-data-offer = Somebody asks if this message may be an idea. We keep it until { $moment } at most:
my-data-offer-to = It would be for “{ $question }”.
my-data-words = Words that you asked the meaning of: { $count }. Even we can’t tell which.

my-data-tried = Questions that you try for us
my-data-helps = You help since { $moment }.
my-data-helps-asked = You were last asked on { $moment }.
my-data-tried-asked = You were asked on { $moment }.
my-data-tried-understood = What you thought it asks:
my-data-tried-hard = What was hard or missing:

my-data-organised = What you did as an organiser
my-data-batch = { $part ->
    [entered] You typed in
   *[other] You settled
} the answers on paper number { $number }, { $moment } ({ $state }).

my-data-record = What the record has of you
my-data-record-how = The record shows that somebody did these things. It doesn’t say that it was you. What you said is kept beside it, sealed.
my-data-row = Row { $number }, { $moment }: { $act ->
    [answered] you answered
    [changed] you changed your answer
    [withdrawn] you took your answer back
    [contributed] you told us something
    [contribution-changed] you changed an idea
    [contribution-withdrawn] you took an idea back
    [second-look] you asked for a second look
    [supported] you supported an idea
    [support-withdrawn] you no longer support an idea
    [objected] you objected to how your idea was joined or split
   *[other] { $act }
}.
my-data-row-ideas = Ideas: { $numbers }.
my-data-about = About “{ $question }”.
