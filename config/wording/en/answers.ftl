# /answers: organisers print forms, type in what came on paper, and confirm it.

answers-press-print = Print forms
answers-press-enter = Enter an answer
answers-press-waiting = What waits
answers-press-look = Look at { $number }: { $question }
answers-press-confirm = { $count ->
    [one] Confirm 1 answer
   *[other] Confirm { $count } answers
}
answers-press-back = Send back
answers-number = This is question { $number }. You need the number to print and import on the server.
answers-printed = { $count ->
    [one] **One form.** Open the file in a browser and print it.
   *[other] **{ $count } forms.** Open the file in a browser and print it.
}
    Each has its own receipt number. Don’t copy a form: the same number counts only once.
answers-form = An answer not given here
answers-field-receipt = Receipt number
answers-hint-receipt = As on the form, like CDFH-JKMN. Leave it empty if there is none.
answers-field-answer = The answer
answers-hint-votes = A line each: the statement’s number, then agree, disagree or pass. Like: 12 agree
answers-field-came = How it came
answers-field-standing = Who gave it
answers-entered = **Entered.** Its receipt number is { $receipt }. Write it on the sheet.
answers-wait = { $count ->
    [one] It does not count yet. A second organiser must confirm it before { $when }.
   *[other] { $count } answers that you entered don’t count yet. A second organiser must confirm them before { $when }.
}
answers-second = They press “Answers on paper” on their desk, or type /answers waiting. Are you the only organiser? Ask someone who manages this server to give a second person the role in /setup.
answers-title = ## Answers that wait for a second organiser
answers-none = No answers wait. Type one in with /answers enter.
answers-batch = { $count ->
    [one] **{ $number }.** 1 answer to “{ $question }”. { $by } Confirm it before { $when }.
   *[other] **{ $number }.** { $count } answers to “{ $question }”. { $by } Confirm them before { $when }.
}
answers-own = You entered this.
answers-other = Another organiser entered this.
answers-keeper = Whoever runs the bot’s computer took it from a file.
answers-sample = { $count ->
    [one] Compare it with its sheet:
   *[other] Compare these { $count } with their sheets:
}
answers-line = **{ $receipt }**, { $came }: { $said }
answers-letters = { $count ->
    [one] 1 answer has letters that a file can get wrong, like é or ŵ. Are these words right?
   *[other] { $count } answers have letters that a file can get wrong, like é or ŵ. Are these words right?
}
answers-letter = **{ $receipt }**: { $words }
answers-check = Do they say the same as the sheets? Then press “Confirm”. If not, press “Send back”.
answers-confirmed = { $count ->
    [one] **Confirmed.** 1 answer counts now. It belongs to nobody, so it can’t be changed any more.
   *[other] **Confirmed.** { $count } answers count now. They belong to nobody, so they can’t be changed any more.
}
answers-sent-back = { $count ->
    [one] **Sent back.** 1 answer was dropped. Its receipt number can be entered again.
   *[other] **Sent back.** { $count } answers were dropped. Their receipt numbers can be entered again.
}
desk-papers = { $count ->
    [one] 1 answer to “{ $question }” waits for a second organiser. Confirm it before { $when }.
   *[other] { $count } answers to “{ $question }” wait for a second organiser. Confirm them before { $when }.
}
desk-papers-soon = { $count ->
    [one] **Soon too late:** 1 answer to “{ $question }” waits for a second organiser. It counts only if it is confirmed before { $when }.
   *[other] **Soon too late:** { $count } answers to “{ $question }” wait for a second organiser. They count only if they are confirmed before { $when }.
}
desk-press-papers = Answers on paper
