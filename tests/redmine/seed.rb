# A private project with one ticket, and a user with the rights that publishing needs. Prints the keys as JSON.
Setting.rest_api_enabled = '1'
Setting.text_formatting = ENV.fetch('TEXT_FORMATTING')
bot = User.new(firstname: 'Nightly', lastname: 'Bot', mail: 'bot@example.org', language: 'en')
bot.login = 'nightly'
bot.password = bot.password_confirmation = 'nightly-bot-pw'
bot.save!
role = Role.create!(name: 'Diagnosis', permissions: %i[view_issues add_issue_notes edit_own_issue_notes edit_issues])
project = Project.create!(name: 'Diagnosis', identifier: 'diagnosis', is_public: false,
                          tracker_ids: Tracker.pluck(:id), enabled_module_names: %w[issue_tracking])
Member.create!(user: bot, project: project, roles: [role])
issue = Issue.create!(project: project, tracker: Tracker.first, author: User.find(1), subject: 'Chat is broken',
                      priority: IssuePriority.first, status: IssueStatus.first)
# The role may give any status to any ticket, unless a test wants it otherwise.
unless ENV['WORKFLOW'] == 'none'
  Tracker.all.each do |tracker|
    IssueStatus.all.to_a.permutation(2) do |from, to|
      WorkflowTransition.create!(tracker: tracker, role: role, old_status: from, new_status: to)
    end
  end
end
puts({ bot: bot.api_key, issue: issue.id }.to_json)
