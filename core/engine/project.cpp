// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/project.h"

#include "core/base/json_integer.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/saliency.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_split.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;
    constexpr int projectVersion = 1;
    constexpr const char* partialMark = ".partial-";

    const char* stageName(ProjectStage stage)
    {
        switch (stage) {
        case ProjectStage::Started:
            return "started";
        case ProjectStage::Exporting:
            return "exporting";
        case ProjectStage::Finished:
            return "finished";
        }
        return "started";
    }

    Result<json> readJson(const fs::path& file)
    {
        BITLOOM_TRY(const std::string text, readTextFile(file));
        json parsed = json::parse(text, nullptr, false);
        if (!parsed.is_object())
            return fail(ErrorCode::InvalidInput, "{}: is not a JSON object; the project folder is damaged", file.string());
        return parsed;
    }

    template <class T>
    Result<T> readStruct(const fs::path& file)
    {
        BITLOOM_TRY(const json parsed, readJson(file));
        auto value = readAs<T>(parsed);
        if (!value)
            return fail(ErrorCode::InvalidInput, "{}: {}", file.string(), value.error().message);
        return value;
    }

    Result<void> writeJson(const fs::path& file, const json& value)
    {
        return writeTextFile(file, value.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    }

    Result<std::optional<json>> readStateFile(const fs::path& folder)
    {
        const fs::path file = folder / "project.json";
        std::error_code error;
        if (!fs::exists(file, error))
            return std::nullopt;
        BITLOOM_TRY(json parsed, readJson(file));
        return std::optional<json>(std::move(parsed));
    }

    /// The version that made the project, where it is newer than this one can change.
    std::optional<std::string> newerBitloom(const json& parsed)
    {
        if (!parsed.is_object() || !parsed.contains("version") || !parsed["version"].is_number_integer() || parsed["version"] <= projectVersion)
            return std::nullopt;
        return parsed.contains("bitloom") && parsed["bitloom"].is_string() ? parsed["bitloom"].get<std::string>() : "?";
    }

    /// What this version knows of a newer one's recipe.
    json knownPart(const json& recipe)
    {
        json known = recipeToJson(Recipe {});
        for (auto& [key, value] : known.items())
            if (recipe.is_object() && recipe.contains(key))
                value = recipe.at(key);
        known["version"] = Recipe::currentVersion;
        return known;
    }

    /// What project.json in this folder says. newer: as far as this version knows it.
    Result<ProjectState> parseState(const json& parsed, const fs::path& folder, bool newer)
    {
        const fs::path file = folder / "project.json";
        try {
            if (const int version = jsonInteger<int>(parsed.at("version")); version != projectVersion && !newer)
                return fail(ErrorCode::Unsupported, "{}: version is {}, expected {}", file.string(), version, projectVersion);
            ProjectState state;
            BITLOOM_TRY(state.recipe, parseRecipe(newer ? knownPart(parsed.at("recipe")) : parsed.at("recipe"), file.string()));
            state.output = parsed.at("output").get<std::string>();
            state.calibration = parsed.at("calibration");
            state.solve = parsed.at("solve");
            const auto stage = parsed.at("stage").get<std::string>();
            for (const ProjectStage known : { ProjectStage::Started, ProjectStage::Exporting, ProjectStage::Finished }) {
                if (stage == stageName(known)) {
                    state.stage = known;
                    return state;
                }
            }
            return fail(ErrorCode::InvalidInput, "{}: stage is '{}', expected started, exporting or finished", file.string(), stage);
        } catch (const json::exception& exception) {
            return fail(ErrorCode::InvalidInput, "{}: {}", file.string(), exception.what());
        }
    }

    Result<std::optional<ProjectState>> readState(const fs::path& folder)
    {
        BITLOOM_TRY(const std::optional<json> found, readStateFile(folder));
        if (!found)
            return std::nullopt;
        BITLOOM_TRY(ProjectState state, parseState(*found, folder, false));
        return std::optional<ProjectState>(std::move(state));
    }

    bool isAbandoned(const fs::path& path)
    {
        const std::string name = path.filename().string();
        const std::size_t mark = name.rfind(partialMark);
        if (mark == std::string::npos)
            return false;
        const char* begin = name.data() + mark + std::strlen(partialMark);
        pid_t process = 0;
        const auto parsed = std::from_chars(begin, name.data() + name.size(), process);
        return parsed.ec == std::errc() && process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    }
}

Result<std::optional<ProjectState>> projectState(const std::filesystem::path& folder)
{
    return readState(folder);
}

std::filesystem::path Project::defaultFolder(const std::filesystem::path& output)
{
    fs::path folder = output.has_filename() ? output : output.parent_path();
    folder += ".bitloom";
    return folder;
}

Result<Project> Project::open(const std::filesystem::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, "{}: the project folder cannot be made: {}", folder.string(), error.message());
    Project project;
    project.m_folder = folder;
    const fs::path file = folder / "lock";
    project.m_lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (project.m_lock < 0)
        return fail(ErrorCode::Io, "{}: cannot be written: {}", file.string(), std::strerror(errno));
    if (::flock(project.m_lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return fail(ErrorCode::Io, "{}: cannot be locked: {}", file.string(), std::strerror(errno));
        return fail(ErrorCode::Usage, "{}: another job is using this project folder; wait for it or choose another --project", folder.string());
    }
    const Result<std::optional<json>> state = readStateFile(folder); // one that is damaged may be written anew
    if (const auto newer = state && *state ? newerBitloom(**state) : std::nullopt)
        return fail(ErrorCode::Unsupported, "{}: the project was made by Bitloom {}, a newer version, and this one may only look at it; choose another --project",
            folder.string(), *newer);
    std::vector<fs::path> abandoned;
    for (auto entry = fs::recursive_directory_iterator(folder, error); !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (isAbandoned(entry->path()))
            abandoned.push_back(entry->path());
    }
    for (const auto& path : abandoned)
        fs::remove_all(path, error);
    return project;
}

Project::Project(Project&& other) noexcept
    : m_folder(std::move(other.m_folder))
    , m_lock(std::exchange(other.m_lock, -1))
{
}

Project& Project::operator=(Project&& other) noexcept
{
    std::swap(m_folder, other.m_folder);
    std::swap(m_lock, other.m_lock);
    return *this;
}

Project::~Project()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

std::filesystem::path Project::calibrationFolder(const std::string& fingerprint) const
{
    return m_folder / "calibration" / fingerprint;
}

std::filesystem::path Project::layersFolder(const std::string& fingerprint) const
{
    return m_folder / "layers" / fingerprint;
}

Result<std::optional<ProjectState>> Project::state() const
{
    return readState(m_folder);
}

Result<void> Project::setState(const ProjectState& state) const
{
    return writeJson(m_folder / "project.json",
        { { "version", projectVersion }, { "bitloom", BITLOOM_VERSION }, { "recipe", recipeToJson(state.recipe) }, { "output", state.output },
            { "stage", stageName(state.stage) }, { "calibration", state.calibration }, { "solve", state.solve } });
}

Result<QuantizeReport> Project::report() const
{
    return readStruct<QuantizeReport>(m_folder / "report.json");
}

Result<void> Project::setReport(const QuantizeReport& report) const
{
    return writeJson(m_folder / "report.json", json(report));
}

Result<void> Project::setSaliency(const SaliencyEvent& saliency) const
{
    return writeSaliency(m_folder / "saliency.json", saliency);
}

Result<void> Project::setEvaluation(const EvaluationReport& evaluation) const
{
    return writeJson(m_folder / "evaluation.json", json(evaluation));
}

Result<void> Project::setVerification(const VerificationReport& verification) const
{
    return writeJson(m_folder / "verification.json", json(verification));
}

void Project::removeBulk() const
{
    std::error_code error;
    fs::remove_all(m_folder / "calibration", error);
    fs::remove_all(m_folder / "layers", error);
}

Result<ProjectSummary> summarizeProject(const std::filesystem::path& folder)
{
    std::error_code error;
    BITLOOM_TRY(const std::optional<json> found, readStateFile(folder));
    if (!found)
        return fail(ErrorCode::NotFound, "{}: is not a project folder (it has no project.json)", folder.string());
    ProjectSummary summary;
    summary.newerBitloom = newerBitloom(*found);
    BITLOOM_TRY(const ProjectState state, parseState(*found, folder, summary.newerBitloom.has_value()));
    // What a newer version wrote in another way is left out.
    const auto mayLack = [&summary](auto& field, auto result) -> Result<void> {
        if (result)
            field = std::move(*result);
        else if (!summary.newerBitloom)
            return tl::make_unexpected(result.error());
        return {};
    };
    summary.folder = folder.string();
    summary.output = state.output;
    summary.recipe = state.recipe;
    summary.finished = state.stage == ProjectStage::Finished;
    if (fs::exists(folder / "saliency.json", error)) {
        BITLOOM_CHECK(mayLack(summary.saliency, readSaliency(folder / "saliency.json")));
    }
    if (fs::exists(folder / "evaluation.json", error)) {
        BITLOOM_CHECK(mayLack(summary.evaluation, readStruct<EvaluationReport>(folder / "evaluation.json")));
    }
    if (fs::exists(folder / "verification.json", error)) {
        BITLOOM_CHECK(mayLack(summary.verification, readStruct<VerificationReport>(folder / "verification.json")));
    }
    std::vector<LayerReport> layers;
    if (summary.finished) {
        BITLOOM_CHECK(mayLack(summary.report, readStruct<QuantizeReport>(folder / "report.json")));
        if (summary.report)
            layers = summary.report->layers;
    } else {
        layers = checkpointReports(folder / "layers" / Fingerprint { state.solve }.id());
    }
    for (const LayerReport& layer : layers) {
        summary.layers.push_back(layerEvent(layer));
        for (std::size_t step = 0; step < layer.objective.size(); ++step)
            summary.objectives.push_back({ layer.name, static_cast<int>(step), step == 0 ? "start" : "", layer.objective[step], std::nullopt });
    }
    return summary;
}

void removeAbandonedPartials(const std::filesystem::path& target)
{
    const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    std::vector<fs::path> abandoned;
    for (auto entry = fs::directory_iterator(parent, error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const std::string whole = name.substr(0, name.find(partialMark));
        if (whole != name && (whole == target.filename().string() || ggufPartOf(target, whole)) && isAbandoned(entry->path()))
            abandoned.push_back(entry->path());
    }
    for (const auto& path : abandoned)
        fs::remove_all(path, error);
}

} // namespace bitloom
