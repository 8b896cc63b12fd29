# Questions that are answered with a form: a few boxes at once.

round-form = { $count ->
    [one] Answer one short question.
   *[other] Answer a few short questions.
}
draft-kind-form = A form: a few short questions at once
round-own-words = in your own words
round-field = **{ $number }.** { $label } ({ $how })
round-field-choice = **{ $number }.** { $label } { $options }
round-press-fill = Answer

form-card-words = After the close your words stand without your name. Then nobody can find them again, not even you. Others see them only after an organiser has read them.
form-recorded = **Recorded.** Thank you.
form-now = You answered: { $said }
form-said = { $label } “{ $text }”
form-words-gone = your words, without your name now
form-looks = Part of it looks like { $what }. It is recorded as it is. If it could show who someone is, press “Change it” and take it out.
form-looks-sealed = Part of it looks like { $what }. It is recorded as it is. If it could show who someone is, press “Change with my code” and take it out.
form-looks-email = an e-mail address
form-looks-phone = a phone number
form-looks-postcode = a postcode

form-result-field = **{ $label }**
form-result-group = - { $options }: **{ $count }**
form-result-nobody = - Nobody chose anything else.
form-result-few = Too few people answered this to show it.
form-result-together = Too few people chose each answer to show how many chose which.
form-result-joined = Some answers are counted together, so that a number gives nobody away.
form-result-words = What people wrote comes later: an organiser reads it first.

refusal-form-missing = This has no questions yet. Nothing was opened. Begin again, and write at least one.
refusal-form-unfit = This form can’t be used here: some of its parts can’t be answered in one go. Nothing was changed. Choose another form.
refusal-form-too-long = This form has { $count } parts, and { $limit } fit here. Nothing was changed. Choose a shorter form.
refusal-form-field-missing = “{ $label }” has no answer yet. Nothing was saved. Press “Mend it” and choose one.
refusal-form-empty = You have left everything empty. Nothing was saved. Press “Mend it” and write something.
refusal-form-no-paper = This question takes no answers on paper. Ask people to answer in the chat.
