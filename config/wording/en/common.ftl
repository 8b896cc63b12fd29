# Words that several doors use.

back-notice = Please read who sees what, below. Then come back here and press “Mend it”.
back-file = It is too long to show all of it here. The file has every word: copy from there what is missing.
back-label = **{ $label }**
back-choice = **{ $label }** { $text }
back-read-first = Read above what it is about. Then press “Mend it”.
back-press-mend = Mend it
back-press-leave = Leave it
notice-words-come = You wrote this. It is **not saved yet**. Press “Go on” to send it.
back-yours = You wrote this. It is **not saved**:
back-copy = You can copy it from here.
back-elsewhere = You can copy it from here. To see where you can say it now, press “All open questions”.
saved-already = **This is saved.** You don’t need to send it again.
saved-unseen = **This is saved.** Something went wrong only when I wanted to show it to you. You don’t need to send it again.
unseen = Something went wrong when I wanted to show you this. Please press again.
sorry = Something went wrong on our side. Nothing you did was wrong. Please try again in a minute.

stage-define = What’s wrong?
stage-options = What could we do?
stage-decide = Choose
stage-deliver = Doing it
stage-evaluate = Did it work?

standing-resident = { $count ->
    [one] 1 resident
   *[other] { $count } residents
}
standing-front_line = { $count ->
    [one] 1 front-line worker
   *[other] { $count } front-line workers
}
standing-officer = { $count ->
    [one] 1 officer
   *[other] { $count } officers
}
standing-councillor = { $count ->
    [one] 1 councillor
   *[other] { $count } councillors
}
standing-partner = { $count ->
    [one] 1 partner
   *[other] { $count } partners
}

name-resident = Residents
name-front_line = Front-line workers
name-officer = Officers
name-councillor = Councillors
name-partner = Partners
name-organiser = Organisers

influence-decide = You decide.
influence-together = We decide together.
influence-advise = You advise, we must answer.
influence-told = We’re only telling you.

ages-adults = Adults (18 and over)
ages-teens = People aged 13 to 17
ages-both = Everyone aged 13 and over

people = { $count ->
    [one] 1 person
   *[other] { $count } people
}

project-other = Other questions

proof-explained = **What is this proof?**
    Everything that happens here adds a row to a record. It holds no names and no words.
    Each row is sealed together with the one before. The long number seals them all.
    If anybody changed an old row, the number would change.
    Anybody with a copy of the record can check it: see “For whoever checks” in the bot’s papers.
