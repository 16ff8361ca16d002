package main

import (
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"orrery/assets"
	"orrery/cmd/orrery/console"
	"orrery/sim/input"
)

func newGuideCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "guide [TOPIC]",
		Short: "Read about a topic",
		Long:  `Print a page of the guide, in Markdown. Without a topic, list the pages.`,
		Example: `  orrery guide
  orrery guide model
  orrery guide measurements | less`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return listGuide(cmd.OutOrStdout())
			case 1:
				return printGuide(cmd.OutOrStdout(), args[0])
			}
			return console.Usagef("guide: unexpected argument %q", args[1])
		},
	}
}

// guideTopics returns the names of the pages of the guide, in the order of the alphabet.
func guideTopics() (topics []string) {
	pages, err := fs.Glob(assets.Files, "guide/*.md")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for _, page := range pages {
		topics = append(topics, strings.TrimSuffix(path.Base(page), ".md"))
	}
	return topics
}

func readGuide(topic string) (string, error) {
	page, err := assets.Files.ReadFile(path.Join("guide", topic+".md"))
	return string(page), err
}

// listGuide prints the topics with their titles.
func listGuide(out io.Writer) error {
	return console.Table(out, func(row func(...any)) {
		for _, topic := range guideTopics() {
			page, err := readGuide(topic)
			if err != nil {
				panic(err) // it has just been listed
			}
			title, _, _ := strings.Cut(strings.TrimPrefix(page, "# "), "\n")
			row(topic, title)
		}
	})
}

func printGuide(out io.Writer, topic string) error {
	page, err := readGuide(topic)
	if err != nil {
		topics := guideTopics()
		return console.Usagef("guide: there is no page %q%s; the topics are %s", topic, input.Perhaps(topic, topics), strings.Join(topics, ", "))
	}
	_, err = io.WriteString(out, page)
	return err
}
