# Printed forms, and answers that come on paper, by phone or at a meeting.

paper-page = { $question } (a form to print)
paper-receipt = Receipt number:
paper-before = Before you start
paper-answer = Your answer
paper-after = When you are done
paper-date = { $month ->
    [1] { $day } January { $year }
    [2] { $day } February { $year }
    [3] { $day } March { $year }
    [4] { $day } April { $year }
    [5] { $day } May { $year }
    [6] { $day } June { $year }
    [7] { $day } July { $year }
    [8] { $day } August { $year }
    [9] { $day } September { $year }
    [10] { $day } October { $year }
    [11] { $day } November { $year }
   *[12] { $day } December { $year }
}
paper-moment = { $weekday ->
    [1] Monday { $date }, { $time }
    [2] Tuesday { $date }, { $time }
    [3] Wednesday { $date }, { $time }
    [4] Thursday { $date }, { $time }
    [5] Friday { $date }, { $time }
    [6] Saturday { $date }, { $time }
   *[7] Sunday { $date }, { $time }
}
paper-closes = Closes { $moment }.
paper-promise-decide = You decide. { $decides } will tell you what happens by { $date }.
paper-promise-together = We decide together: you and { $decides }. You hear back by { $date }.
paper-promise-advise = You advise, we must answer. { $decides } answers by { $date }.
paper-promise-told = We’re only telling you. { $decides } will say how it went by { $date }.
paper-fixed = Can’t change: { $fixed }
paper-owner = { $owner } answers what you ask here.
paper-only-adults = This form is for people aged 18 and over.
paper-only-teens = This form is for people aged 13 to 17.
paper-names = Please leave out names: yours, and those of others. We don’t need them.
paper-words = A moderator reads your words. If they fit, everybody can read them.
paper-words-after = Everybody can read your words. A moderator reads them, too.
paper-who-sees = One organiser types in your answer. A second one checks it. Both can see this sheet.
paper-kept = We don’t keep who you are. We keep your words for { $months } months. After it is counted, nobody can find your answer to change it.
paper-kept-owed = Is our answer late? Then we keep your words until it comes, and { $months } months more.
paper-danger = Need help now, or worried about someone? Don’t write it here. { $lines }
paper-weigh = Read each line. Tick one box. Leave out any line you like.
paper-statement = Number { $number }. { $text }
paper-optional = { $label } (You can leave this out.)
paper-am = Who are you? Tick one.
paper-am-resident = I live here
paper-am-front_line = I am a front-line worker
paper-am-officer = I work for the council
paper-am-councillor = I am a councillor
paper-am-partner = I am a partner, like a charity
paper-back = Give this sheet to an organiser before { $moment }.
paper-keep = Copy the receipt number if you like. It shows that your sheet counts only once.

came-paper = on paper
came-phone = by phone
came-meeting = at a meeting

result-offline = { $count } of these people answered on paper, by phone or at a meeting.
result-without = Without them: { $counts }.
result-without-line = option { $number }: { $count }
result-offline-late = { $count ->
    [one] 1 answer on paper, by phone or at a meeting came too late to count.
   *[other] { $count } answers on paper, by phone or at a meeting came too late to count.
}
