# /desk, /setup, and what the bot posts by itself.

desk-title = ## Your desk
desk-press = My desk
desk-calm = Nothing needs you right now.
desk-lacking = **Set-up:** { $what } is missing. Someone with Manage Server runs /setup.
desk-overdue = **Overdue:** people should have heard back about “{ $title }” { $when }.
desk-owed = You owe people an answer about “{ $title }” by { $when }.
desk-draft = A draft waits: { $question }
desk-open = Open: { $question } Closes { $when }.
desk-digest = The next digest comes { $when }.
desk-which-project = Which project is it for?
desk-unsent-forbidden = I could not post { $what } in { $channel }. I lack: { $permissions }. Allow it in the channel’s settings, then press “Post again”.
desk-unsent-unexplained = I could not post { $what } in { $channel }: Discord does not let me. Look at the channel’s settings, then press “Post again”.
desk-unsent-gone = I could not post { $what }: its channel is gone. Run /setup and choose a new one. Then press “Post again”.
desk-unsent-refused = I could not post { $what } in { $channel }: Discord did not take it. Please tell whoever runs this bot.
desk-unsent-closed = I could not send { $what }: the person takes no private messages from here. Ask them, or choose someone else in /setup. Then press “Post again”.
desk-unsent-worry = A safety worry could not be delivered to the contact. Ask them to open their direct messages, or choose someone else in /setup. Then press “Post again”.
desk-unsent-moot = I did not post { $what }: what it is about is not there any more.
desk-unsent-unsure = I can’t tell if { $what } arrived in { $channel }. Look there. If it is missing, press “Post again”.
desk-unsent-unsure-person = I can’t tell if { $what } arrived. Ask the person. If it is missing, press “Post again”.
desk-resting = **Discord refuses much of what I send.** I rest, and go on { $when }.
desk-press-post = Post again: { $what }
desk-posting-again = I’m trying again. Press “Look again” on your desk to see if it worked.
desk-word = { $count } people asked what “{ $word }” means. You owe them an explanation.
desk-press-keep = Keep the promise: { $title }
desk-press-draft = Go on with: { $question }
desk-press-round = Look at: { $question }
desk-press-print = Print forms: { $question }
desk-press-poll = Let people choose
desk-press-project = Start a project
desk-press-manage = Project: { $title }
desk-press-digest = See the digest
desk-press-setup = Set-up
desk-press-schedule = What comes next
desk-press-again = Look again

card-round = a question
card-result = a result
card-cancelled = news of a cancelled question
card-draft-soon = a reminder of a draft
card-late = news of a late close
card-initiative = a new project
card-stage = a new stage
card-initiative-closed = the end of a project
card-promise-made = a new promise
card-promise-kept = what became of a promise
card-promise-overdue = news of an overdue promise
card-promise-late = news of a promise you owe
card-promise-soon = a reminder of a promise
card-proof = the weekly proof
card-witness = the weekly proof for your witness
card-digest = the digest
card-restored = news of a restored backup
card-worry = a safety worry
card-meaning = what a word means
card-say = “Have your say”

post-late = { $count ->
    [one] ### This closed late
   *[other] ### { $count } questions closed late
}
    No answer from after its time was counted.
post-late-line = **{ $question }** Due { $due }, done { $done }. { $why }
post-draft-soon = ### A draft is thrown away soon
    { $title }: { $question }
    It goes { $when }. To keep it, press “My desk”, then go on with it and publish it.
post-restored = ### I was restored from a backup
    It was made { $when }. It ends with row { $rows } of our record. What came after it is lost.
    - Ask people who answered since then to answer again.
    - Ask people who erased themselves since then to do it again. I know them again.
    - Delete the questions and results I posted since then. Their buttons no longer work.
    - Look at your desk, and at /setup. Do again what you did there since then.
post-proof = ### Proof of the week
    Row { $rows } of our record, { $head }
    Keep a copy of this line. It shows later that nobody changed what happened before.
post-witness = ### Proof of the week
    You keep this for your community. Please don’t delete it.
    Row { $rows } of the record, { $head }

setup-title = ## Set-up
setup-role-organiser = Organisers: { $roles }
setup-role-front_line = Front-line workers: { $roles }
setup-role-officer = Officers: { $roles }
setup-role-councillor = Councillors: { $roles }
setup-role-partner = Partners: { $roles }
setup-say_channel = Have-your-say channel: { $what }
setup-moderators_channel = Moderators’ channel: { $what }
desk-worry = { $hearers ->
    [2] A safety worry has waited for more than a day, and went to the deputy, too. Nobody has said that they have it. Please ask them.
   *[other] A safety worry has waited for more than a day. Whoever hears them has not said that they have it. Please ask them, and choose a deputy in /setup.
}
setup-safeguarding_deputy = The deputy of whoever hears safety worries: { $what }
setup-no-deputy = Nobody is the deputy of whoever hears safety worries. If that person is away, nobody else hears them. To choose one, press “{ $press }”.
setup-safeguarding_contact = Who hears safety worries: { $what }
setup-witness = Who outside your team keeps the weekly proof: { $what }
setup-lead_contact = Whom people can ask: { $what }
setup-help_lines = Help lines: { $what }
setup-zone = Clock: { $zone }
setup-moderation-before = Ideas: a moderator reads each one before others see it.
setup-moderation-after = Ideas: others see each one at once, and a moderator reads it after. Where people under 18 can take part, a moderator always reads it first. This holds for questions you open from now on.
setup-lacking = **Missing:** { $what }
setup-permissions = **In { $channel } I lack:** { $permissions }
setup-roles-gone = { $count ->
    [one] **1 role you chose was deleted.** Press Roles and choose again.
   *[other] **{ $count } roles you chose were deleted.** Press Roles and choose again.
}
setup-complete = Everything is set up. Organisers start with /desk.
setup-kept = **Kept.**
setup-press-roles = Roles
setup-press-places = Channels and people
setup-press-words = Words and clock
setup-press-moderation-before = Read ideas first
setup-press-moderation-after = Show ideas at once
setup-press-check = Check again
setup-press-back = Back to set-up
setup-roles-how = People without one of these roles are residents. With several, the first one here counts.
setup-ask-organiser = **Organisers** may ask questions and close them.
setup-ask-front_line = **Front-line workers**, like teachers or wardens
setup-ask-officer = **Officers** of the council
setup-ask-councillor = **Councillors**
setup-ask-partner = **Partners**, like a charity
setup-ask-say_channel = **Have your say**: a quiet channel where only the bot posts
setup-ask-moderators_channel = **Moderators**: where the weekly digest goes
setup-ask-safeguarding_contact = **Who hears safety worries?** They get each one as a private message, and must allow these.
setup-ask-safeguarding_deputy = **Who is their deputy?** They get what nobody has for a day, and what can’t be delivered.
setup-ask-witness = **Who outside your team keeps our weekly proof?** They get one private message a week.
setup-form = Words and clock
setup-field-lead_contact = Whom can people ask?
setup-hint-lead_contact = A name with a phone number or an e-mail address
setup-field-help_lines = Help lines
setup-hint-help_lines = Where someone in danger or in need finds help now
setup-field-time_zone = Time zone
setup-hint-time_zone = Like Europe/London
setup-field-language = Language
setup-hint-language = en for English
lacking-organiser_role = A role for organisers
lacking-moderators_channel = The moderators’ channel
lacking-say_channel = The have-your-say channel
lacking-lead_contact = Whom people can ask
lacking-safeguarding_contact = Who hears safety worries
lacking-safeguarding_deputy = The deputy of whoever hears safety worries
lacking-help_lines = The help lines
lacking-witness = A witness outside your team

desk-load = { $count ->
    [one] **What “{ $title }” asks:** 1 question so far.
   *[other] **What “{ $title }” asks:** { $count } questions so far.
}
desk-load-given = People had { $days ->
    [one] 1 day
   *[other] { $days } days
} for each.
desk-load-answer = Half of the answers came within { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
}.
desk-load-took = Officials took { $days ->
    [one] 1 day
   *[other] { $days } days
} to answer them.
desk-load-waits = People have waited { $days ->
    [one] 1 day
   *[other] { $days } days
} for an answer so far.
